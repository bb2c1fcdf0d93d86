package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import io.spinexr.analysis.Worklist;
import io.spinexr.inference.ModelRepository;
import java.util.Set;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** The web pages, put together. */
public final class Pages {
  private Pages() {}

  /** Resources for Jersey. */
  public static Set<Object> resources(
      Worklist worklist, DaoRegistry daos, HealthEndpoint health, ModelRepository models) {
    Templates templates = new Templates();
    return Set.of(
        new WorklistPage(templates, worklist, health, models),
        new StudyPage(templates, worklist, new StoredImages(daos)),
        new OrderPage(templates, worklist),
        new Stylesheet());
  }
}
