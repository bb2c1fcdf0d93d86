package io.spinexr.dicomweb;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs of others that tests compare with. One that is missing fails the test in continuous
 * integration and skips it elsewhere.
 */
public final class ReferencePrograms {
  private static final List<String> FOLDERS =
      Arrays.asList(
          (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(File.pathSeparator));

  private ReferencePrograms() {}

  /** The path of a program, or a failed or skipped test that says how to install it. */
  public static Path require(String program, String debianPackages) {
    for (String folder : FOLDERS) {
      Path path = Path.of(folder, program);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    String sentence =
        "%s is missing: install it by 'apt-get install %s'".formatted(program, debianPackages);
    if ("true".equals(System.getenv("CI"))) {
      fail(sentence);
    }
    assumeTrue(false, sentence);
    throw new AssertionError(sentence);
  }

  /** Runs a program to its end and expects success. */
  public static void run(Path program, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Path output = Files.createTempFile("spinexr-program", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        fail(command + " failed: " + Files.readString(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(command + " was interrupted");
    } finally {
      Files.delete(output);
    }
  }
}
