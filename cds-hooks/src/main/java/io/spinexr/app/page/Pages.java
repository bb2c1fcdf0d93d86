package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Worklist;
import java.time.ZoneId;
import java.util.Set;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** The web pages, put together. */
public final class Pages {
  private Pages() {}

  /**
   * Resources for Jersey.
   *
   * @param modelSet id of the active one
   * @param device what its networks run on
   * @param zone of the times that people are shown
   */
  public static Set<Object> resources(
      AnalysisService analyses,
      DaoRegistry daos,
      HealthEndpoint health,
      String modelSet,
      String device,
      boolean openRecord,
      ZoneId zone) {
    Templates templates = new Templates();
    Worklist worklist = analyses.worklist();
    return Set.of(
        new WorklistPage(templates, analyses, health, modelSet, device, zone),
        new StudyPage(templates, analyses, new StoredImages(daos), openRecord, zone),
        new OrderPage(templates, worklist, zone),
        new PatientPage(templates, worklist, zone),
        new Stylesheet());
  }
}
