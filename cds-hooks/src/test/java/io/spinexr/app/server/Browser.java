package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicomweb.ReferencePrograms;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A real browser.
 *
 * @param folder for its profile and what it shows
 */
public record Browser(Path folder) {
  /** What it makes of a page, once the page's requests are answered. */
  public String dom(URI page) throws IOException, InterruptedException {
    Path program = ReferencePrograms.require("chromium", "chromium");
    Path out = Files.createTempFile(folder, "page", ".html");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("browser"),
                "--virtual-time-budget=10000",
                "--dump-dom",
                page.toString())
            .redirectOutput(out.toFile())
            .redirectError(new File("/dev/null"))
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }
}
