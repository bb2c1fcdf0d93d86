package io.spinexr.app.health;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.spinexr.access.Permission;
import io.spinexr.access.Visit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthComponent;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;

/**
 * Spring Boot's health and metrics at their usual addresses. Boot serves them itself only by Spring
 * MVC where that library is present, and it is, because HAPI brings it.
 */
@Path("/actuator")
public final class Actuator {
  private final HealthEndpoint health;
  private final PrometheusMeterRegistry metrics;

  public Actuator(HealthEndpoint health, PrometheusMeterRegistry metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  /** 200 when every part is up, 503 when one is not; who may know is told which. */
  @GET
  @Path("health")
  @Produces(MediaType.APPLICATION_JSON)
  public Response health(@Context HttpServletRequest request) {
    HealthComponent all = health.health();
    return Visit.of(request.getAttribute(Visit.ATTRIBUTE)).may(Permission.STATUS)
        ? answer(all)
        : answer(new Health.Builder(all.getStatus()).build());
  }

  /** One part or group, e.g. {@code liveness}, {@code readiness}, {@code archive}. */
  @GET
  @Path("health/{part}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response health(@PathParam("part") String part) {
    HealthComponent component = health.healthForPath(part);
    if (component == null) {
      throw new NotFoundException();
    }
    return answer(component);
  }

  /** All metrics in Prometheus' text format. */
  @GET
  @Path("prometheus")
  @Produces("text/plain; version=0.0.4; charset=utf-8")
  public String metrics() {
    return metrics.scrape();
  }

  private static Response answer(HealthComponent component) {
    boolean up = component.getStatus().equals(Status.UP);
    return Response.status(up ? 200 : 503).entity(component).build();
  }
}
