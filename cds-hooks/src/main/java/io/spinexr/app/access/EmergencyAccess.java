package io.spinexr.app.access;

import io.spinexr.access.AccessRules;
import io.spinexr.access.Page;
import io.spinexr.access.Visit;
import io.spinexr.app.page.Templates;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/** Opens a study to a clinician who says why it cannot wait for a card. */
@Path("/studies/{study}/emergency")
public final class EmergencyAccess {
  private final Templates templates = new Templates();
  private final AccessRules rules;
  private final boolean switchedOn;

  EmergencyAccess(AccessRules rules, boolean switchedOn) {
    this.rules = rules;
    this.switchedOn = switchedOn;
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response open(
      @Context HttpServletRequest request,
      @PathParam("study") String study,
      @FormParam("reason") String reason) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    Optional<Page> page = Page.at("/studies/" + study).filter(known -> switchedOn);
    if (page.isEmpty() || visit.person().isEmpty()) {
      return templates.page(visit, 404, "missing.mustache", "study");
    }
    try {
      rules.openInEmergency(
          visit.person().get(), page.get(), Objects.requireNonNullElse(reason, ""));
    } catch (IllegalArgumentException e) {
      return templates.page(
          visit,
          400,
          "denied.mustache",
          new Denial.View("This study was not opened", e.getMessage() + ".", "", page.get().id()));
    }
    return Response.seeOther(URI.create(page.get().path())).build();
  }
}
