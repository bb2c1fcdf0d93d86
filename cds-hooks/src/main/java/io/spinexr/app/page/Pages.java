package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import io.spinexr.analysis.AnalysisService;
import io.spinexr.analysis.Worklist;
import io.spinexr.inference.ModelRepository;
import java.time.ZoneId;
import java.util.Set;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** The web pages, put together. */
public final class Pages {
  private Pages() {}

  /**
   * Resources for Jersey.
   *
   * @param zone of the times that people are shown
   */
  public static Set<Object> resources(
      AnalysisService analyses,
      DaoRegistry daos,
      HealthEndpoint health,
      ModelRepository models,
      ZoneId zone) {
    Templates templates = new Templates();
    Worklist worklist = analyses.worklist();
    return Set.of(
        new WorklistPage(templates, analyses, health, models, zone),
        new StudyPage(templates, analyses, new StoredImages(daos), zone),
        new OrderPage(templates, worklist, zone),
        new Stylesheet());
  }
}
