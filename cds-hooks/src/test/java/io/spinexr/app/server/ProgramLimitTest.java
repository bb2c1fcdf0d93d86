package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import io.spinexr.app.door.Callers;
import io.spinexr.app.setting.LimitProperties;
import io.spinexr.fhir.access.Grant;
import jakarta.servlet.ServletRegistration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

class ProgramLimitTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private WebServer server;

  /** A record whose patient "slow" takes its time. */
  public final class Patients implements IResourceProvider {
    @Override
    public Class<Patient> getResourceType() {
      return Patient.class;
    }

    @Read
    public Patient read(@IdParam IdType id) throws InterruptedException {
      if (id.getIdPart().equals("none")) {
        throw new ResourceNotFoundException(id);
      }
      if (id.getIdPart().equals("slow")) {
        asked.countDown();
        released.await();
      }
      return (Patient) new Patient().setId(id);
    }
  }

  /** Whose token a request has. */
  @Interceptor
  public static final class Tokens {
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, order = -1)
    public void read(RequestDetails request) {
      Optional.ofNullable(request.getHeader("Program"))
          .ifPresent(
              program ->
                  request
                      .getUserData()
                      .put(
                          Grant.class.getName(),
                          new Grant(
                              URI.create("https://id.example.org"),
                              Optional.of(program),
                              Optional.empty(),
                              Optional.empty(),
                              List.of(),
                              Set.of())));
    }
  }

  @BeforeEach
  void start() {
    RestfulServer fhir = new RestfulServer(FhirContext.forR4Cached());
    fhir.registerProvider(new Patients());
    fhir.registerInterceptor(new Tokens());
    fhir.registerInterceptor(new ProgramLimit(new Callers(new LimitProperties(1000, 1, 1000))));
    server =
        new TomcatServletWebServerFactory(0)
            .getWebServer(
                context -> {
                  ServletRegistration.Dynamic servlet = context.addServlet("fhir", fhir);
                  servlet.addMapping("/fhir/*");
                });
    server.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop();
  }

  private HttpRequest read(String program, String id) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/fhir/Patient/%s".formatted(server.getPort(), id)))
        .header("Program", program)
        .build();
  }

  private HttpResponse<String> send(String program, String id)
      throws IOException, InterruptedException {
    return HTTP.send(read(program, id), BodyHandlers.ofString());
  }

  @Test
  void refusesMoreThanOneProgramMayHaveAtATime() throws Exception {
    CompletableFuture<HttpResponse<String>> slow =
        HTTP.sendAsync(read("a", "slow"), BodyHandlers.ofString());
    asked.await();

    HttpResponse<String> second = send("a", "1");
    assertThat(second.statusCode()).as(second.body()).isEqualTo(429);
    assertThat(second.headers().firstValue("Retry-After")).contains("1");
    assertThat(second.body()).contains("spinexr.limits.concurrent-requests");
    assertThat(send("a", "1").statusCode()).as("a refusal takes no place").isEqualTo(429);
    assertThat(send("b", "1").statusCode()).isEqualTo(200);

    released.countDown();
    assertThat(slow.join().statusCode()).isEqualTo(200);
  }

  @Test
  void letsAProgramInAgainWhenItWasServedWhateverItGot() throws Exception {
    for (String id : List.of("none", "1", "none", "1")) {
      assertThat(send("a", id).statusCode()).isEqualTo(id.equals("none") ? 404 : 200);
    }
  }
}
