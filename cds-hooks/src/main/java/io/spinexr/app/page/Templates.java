package io.spinexr.app.page;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheFactory;
import io.spinexr.access.Visit;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Mustache templates beside this class; every value is escaped for HTML. */
public final class Templates {
  private final MustacheFactory factory = new DefaultMustacheFactory(Templates::open);

  private static Reader open(String name) {
    return new InputStreamReader(Templates.class.getResourceAsStream(name), StandardCharsets.UTF_8);
  }

  /**
   * Who is signed in.
   *
   * @param formToken what forms of the page send back
   */
  record Visitor(String name, String roles, String formToken) {
    static Optional<Visitor> of(Visit visit) {
      return visit
          .person()
          .map(person -> new Visitor(person.name(), person.rolesDisplay(), visit.formToken()));
    }
  }

  /**
   * @param visit who will see it
   * @param name file name of the template
   * @param values a record whose components the template names; {@code visitor} is who is signed in
   */
  public String html(Visit visit, String name, Object values) {
    Mustache template = factory.compile(name);
    StringWriter html = new StringWriter();
    Map<String, Object> visitor =
        Visitor.of(visit).<Map<String, Object>>map(one -> Map.of("visitor", one)).orElse(Map.of());
    template.execute(html, new Object[] {visitor, values});
    return html.toString();
  }

  /** As {@link #html}. */
  public Response page(Visit visit, int status, String name, Object values) {
    return Response.status(status)
        .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
        .entity(html(visit, name, values))
        .build();
  }
}
