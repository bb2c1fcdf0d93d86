package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.demo.Demo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole path on synthetic images. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the whole path on synthetic studies.",
      "Starts everything on loopback, signs orders as an EHR would, and shows the cards, the",
      "worklist and the links. Stays up until it is stopped: then sign in to the pages as one of",
      "the users that are shown."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--exit",
      description = "Stop after the play-through: status 0 only if every order got its findings.")
  private boolean exit;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen on (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "spinexr-data/demo",
      description = "Folder for images and database (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--difficulty",
      paramLabel = "LEVEL",
      defaultValue = "hard",
      description = {
        "Of the images: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
        "The demo models were trained on hard ones."
      })
  private Difficulty difficulty;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > 65535) {
      throw new Mistake("--port must be between 0 and 65535.");
    }
    try (Demo demo =
        Demo.start(
            data,
            difficulty,
            port,
            Terminal.progress(),
            () -> Terminal.say("Starting database, FHIR server and models (about 20 s) ..."))) {
      Terminal.say("SpineXR listens on " + demo.server().address());
      Terminal.say(
          "The demo models are for research only: a server shows their results because it is told"
              + " to (spinexr.models.show-research-results: true), as here.");
      List<String> problems = demo.play(System.out);
      problems.forEach(Terminal::say);
      if (exit) {
        Terminal.say(problems.isEmpty() ? "All went right." : "Not all went right.");
        return problems.isEmpty() ? 0 : 1;
      }
      demo.printUsers(System.out);
      Terminal.say("The server stays up. Stop it by Ctrl-C.");
      demo.server().await();
      return 0;
    } catch (IOException e) {
      throw new Mistake("The demonstration cannot use %s: %s.".formatted(data, e.getMessage()), e);
    }
  }
}
