package io.spinexr.app;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.fhir.AllLogged;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What a command printed, and the status that it ended with. */
public record Outcome(int status, String out, String err) {
  /** Runs a command in this VM, of a program that is made when what it prints is caught. */
  public static Outcome of(Supplier<CommandLine> program, Object... arguments) {
    LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
    log.reset(); // a server that ran in this VM before has changed it
    new CommandLineLog().configure(log);
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int status =
          program.get().execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      return new Outcome(
          status,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      log.reset();
      new AllLogged().configure(log);
    }
  }

  /** One JSON document per line. */
  public List<JsonNode> documents() throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    for (String line : out.lines().toList()) {
      documents.add(new ObjectMapper().readTree(line));
    }
    return documents;
  }
}
