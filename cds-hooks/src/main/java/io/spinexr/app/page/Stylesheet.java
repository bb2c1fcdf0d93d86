package io.spinexr.app.page;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;

/** The one style sheet. */
@Path("/style.css")
public final class Stylesheet {
  @GET
  @Produces("text/css")
  public byte[] css() throws IOException {
    try (InputStream css = Stylesheet.class.getResourceAsStream("style.css")) {
      return css.readAllBytes();
    }
  }
}
