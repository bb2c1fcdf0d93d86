package io.spinexr.app.page;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheFactory;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** Mustache templates beside this class; every value is escaped for HTML. */
final class Templates {
  private final MustacheFactory factory = new DefaultMustacheFactory(Templates::open);

  private static Reader open(String name) {
    return new InputStreamReader(Templates.class.getResourceAsStream(name), StandardCharsets.UTF_8);
  }

  /**
   * @param name file name of the template
   * @param values a record whose components the template names
   */
  Response page(int status, String name, Object values) {
    Mustache template = factory.compile(name);
    StringWriter html = new StringWriter();
    template.execute(html, values);
    return Response.status(status)
        .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
        .entity(html.toString())
        .build();
  }
}
