package io.spinexr.app.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.access.Visit;
import io.spinexr.app.page.Templates;
import io.spinexr.audit.AuditUnavailableException;
import io.spinexr.fhir.guard.DatabaseOutage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is shown instead of what was asked for: a page, or one sentence in JSON. */
final class Denial {
  private final Templates templates = new Templates();
  private final ObjectMapper json = new ObjectMapper();

  record View(String title, String text, String signIn, String study) {}

  /**
   * Answers what failed because the database does not answer, or does not take what is written
   * down: then nobody can tell what was opened to whom, nor write down who saw what. Any other
   * failure goes on.
   */
  void databaseAway(
      RuntimeException failure, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!(failure instanceof AuditUnavailableException) && !DatabaseOutage.caused(failure)) {
      throw failure;
    }
    response.setHeader("Retry-After", "30");
    answer(
        Visit.NOBODY,
        request,
        response,
        503,
        new View("Nothing can be shown now", DatabaseOutage.SENTENCE, "", ""));
  }

  void answer(
      Visit visit, HttpServletRequest request, HttpServletResponse response, int status, View view)
      throws IOException {
    boolean page = wantsPage(request);
    String body =
        page
            ? templates.html(visit, "denied.mustache", view)
            : json.writeValueAsString(Map.of("problem", view.title() + ": " + view.text()));
    response.setStatus(status);
    response.setContentType(page ? "text/html" : "application/json");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.getWriter().print(body);
  }

  static boolean wantsPage(HttpServletRequest request) {
    String accept = request.getHeader("Accept");
    return accept != null && accept.contains("text/html");
  }
}
