package io.spinexr.app.page;

import io.spinexr.access.Visit;
import io.spinexr.cds.PageAddress;
import io.spinexr.service.Worklist;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.StudyAnalysis;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of the patient whose chart is open at the EHR that has launched us. */
@Path(PageAddress.PATIENTS + "{chart}")
public final class PatientPage {
  private static final int MOST_ORDERS = 100;

  private final Templates templates;
  private final Worklist worklist;
  private final ZoneId zone;

  PatientPage(Templates templates, Worklist worklist, ZoneId zone) {
    this.templates = templates;
    this.worklist = worklist;
    this.zone = zone;
  }

  record View(
      boolean anyOrder,
      List<Order> orders,
      boolean anyStudy,
      List<StudyRow> studies,
      String more) {}

  record Order(String key, String description, String priority, String asked, String state) {}

  @GET
  public Response patient(@Context HttpServletRequest request, @PathParam("chart") String chart) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    return templates.page(
        visit, 200, "patient.mustache", view(worklist.patient(chart, MOST_ORDERS)));
  }

  private View view(List<OrderStatus> orders) {
    Map<String, StudyAnalysis> studies = new LinkedHashMap<>();
    orders.stream()
        .flatMap(order -> order.studies().stream())
        .forEach(study -> studies.putIfAbsent(study.studyUid(), study));
    return new View(
        !orders.isEmpty(),
        orders.stream().map(this::order).toList(),
        !studies.isEmpty(),
        studies.values().stream().map(StudyRow::of).toList(),
        orders.size() == MOST_ORDERS ? "The last %d orders.".formatted(MOST_ORDERS) : "");
  }

  private Order order(OrderStatus status) {
    return new Order(
        status.order().order().key(),
        status.order().order().description(),
        status.order().order().priority().code(),
        Wording.time(status.order().requestedAt(), zone),
        Wording.state(status.order().state()));
  }
}
