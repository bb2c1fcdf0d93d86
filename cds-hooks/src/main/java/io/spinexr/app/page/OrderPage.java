package io.spinexr.app.page;

import io.spinexr.access.Visit;
import io.spinexr.cds.PageAddress;
import io.spinexr.service.Worklist;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyState;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.List;

/** One order: whether its images were found, and where their analyses stand. */
@Path(PageAddress.ORDERS + "{key}")
public final class OrderPage {
  private final Templates templates;
  private final Worklist worklist;
  private final ZoneId zone;

  OrderPage(Templates templates, Worklist worklist, ZoneId zone) {
    this.templates = templates;
    this.worklist = worklist;
    this.zone = zone;
  }

  record View(
      String description,
      String priority,
      String state,
      String reason,
      List<String> notices,
      String asked,
      String searched,
      boolean running,
      List<StudyRow> studies,
      boolean anyStudy) {}

  @GET
  public Response order(@Context HttpServletRequest request, @PathParam("key") String key) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    return worklist
        .order(key)
        .map(order -> templates.page(visit, 200, "order.mustache", view(order)))
        .orElseGet(() -> templates.page(visit, 404, "missing.mustache", "order"));
  }

  private View view(OrderStatus status) {
    RememberedOrder order = status.order();
    boolean running =
        order.state() == OrderState.SEARCHING
            || status.studies().stream().anyMatch(study -> study.state() == StudyState.QUEUED);
    return new View(
        order.order().description(),
        order.order().priority().code(),
        Wording.state(order.state()),
        order.reason().orElse(""),
        order.notices().stream().sorted().map(OrderPage::notice).toList(),
        Wording.time(order.requestedAt(), zone),
        order.searchedAt().map(time -> Wording.time(time, zone)).orElse("not yet"),
        running,
        status.studies().stream().map(StudyRow::of).toList(),
        !status.studies().isEmpty());
  }

  private static String notice(Notice notice) {
    return switch (notice) {
      case NO_IMAGES_YET -> "The archive holds no spine radiograph of the patient yet.";
      case IMAGES_NOT_MATCHED ->
          "Images could not be matched to the patient: birth date, sex or issuer disagree.";
      case NO_MAPPED_IDENTIFIER ->
          "None of the patient's identifiers is of a system that is mapped to the archive.";
      case ARCHIVE_UNAVAILABLE -> "The archive did not answer; it is asked again.";
      case STILL_SEARCHING -> "Whether images exist is not known yet.";
      case ANALYSIS_FAILED -> "An analysis was given up.";
      case IMAGES_NOT_DESCRIBED ->
          "Radiographs of the patient state neither body part nor description, so that nothing"
              + " tells whether they show the spine. The modality or the archive has to state one;"
              + " spinexr.radiographs says which of them mean spine.";
      case RESULT_WITHHELD -> "A result is withheld or was withdrawn.";
    };
  }
}
