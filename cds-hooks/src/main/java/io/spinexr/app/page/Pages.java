package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import io.spinexr.analysis.AnalysisService;
import io.spinexr.analysis.Worklist;
import io.spinexr.inference.ModelRepository;
import java.util.Set;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** The web pages, put together. */
public final class Pages {
  private Pages() {}

  /** Resources for Jersey. */
  public static Set<Object> resources(
      AnalysisService analyses, DaoRegistry daos, HealthEndpoint health, ModelRepository models) {
    Templates templates = new Templates();
    Worklist worklist = analyses.worklist();
    return Set.of(
        new WorklistPage(templates, analyses, health, models),
        new StudyPage(templates, analyses, new StoredImages(daos)),
        new OrderPage(templates, worklist),
        new Stylesheet());
  }
}
