package io.spinexr.app.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.dicomweb.ReferencePrograms;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real browser that a test uses as a person would, by the Chrome DevTools Protocol. */
final class DrivenBrowser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final WebSocket socket;
  private int commands;

  /**
   * @param folder for its profile
   */
  DrivenBrowser(Path folder) throws IOException, InterruptedException {
    Path program = ReferencePrograms.require("chromium", "chromium");
    Path profile = Files.createDirectory(folder.resolve("driven-browser"));
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--window-size=1280,900",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(new File("/dev/null"))
            .redirectError(new File("/dev/null"))
            .start();
    Path port = profile.resolve("DevToolsActivePort");
    await().atMost(PATIENCE).until(() -> Files.exists(port) && Files.size(port) > 0);
    HttpClient http = HttpClient.newHttpClient();
    URI pages = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
    JsonNode page =
        JSON.readTree(
                http.send(HttpRequest.newBuilder(pages).build(), BodyHandlers.ofString()).body())
            .get(0);
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page.path("webSocketDebuggerUrl").asText()), new Listener())
            .join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        try {
          answers.add(JSON.readTree(message.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  private JsonNode command(String method, Map<String, Object> parameters)
      throws IOException, InterruptedException {
    int id = ++commands;
    socket
        .sendText(
            JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
        .join();
    while (true) {
      JsonNode answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("the browser does not answer to " + method);
      }
      if (answer.path("id").asInt() == id) {
        return answer.path("result");
      }
    }
  }

  void open(URI address) throws IOException, InterruptedException {
    command("Page.navigate", Map.of("url", address.toString()));
  }

  /** Types into the field of that name. */
  void type(String field, String text) throws IOException, InterruptedException {
    waitFor("document.querySelector('[name=%s]') != null".formatted(field));
    evaluate("document.querySelector('[name=%s]').focus()".formatted(field));
    command("Input.insertText", Map.of("text", text));
  }

  /** Clicks on the first thing that the selector finds. */
  void click(String selector) throws IOException, InterruptedException {
    waitFor("document.querySelector('%s') != null".formatted(selector));
    evaluate("document.querySelector('%s').click()".formatted(selector));
  }

  /** Waits until the page shows the text, and returns all that it shows. */
  String read(String text) throws IOException, InterruptedException {
    waitFor("document.body != null && document.body.innerText.includes('%s')".formatted(text));
    return evaluate("document.body.innerText").asText();
  }

  URI address() throws IOException, InterruptedException {
    return URI.create(evaluate("location.href").asText());
  }

  byte[] screenshot() throws IOException, InterruptedException {
    return Base64.getDecoder()
        .decode(command("Page.captureScreenshot", Map.of()).path("data").asText());
  }

  private void waitFor(String condition) {
    await()
        .alias(condition)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> evaluate(condition).asBoolean());
  }

  private JsonNode evaluate(String script) throws IOException, InterruptedException {
    return command("Runtime.evaluate", Map.of("expression", script, "returnByValue", true))
        .path("result")
        .path("value");
  }

  @Override
  public void close() {
    socket.abort();
    process.destroyForcibly();
  }
}
