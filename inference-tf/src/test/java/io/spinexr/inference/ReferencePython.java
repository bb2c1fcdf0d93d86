package io.spinexr.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs reference programs with Debian's Python. Where a package is missing, tests are skipped; in
 * CI they fail.
 */
public final class ReferencePython {
  private static final String PYTHON = "/usr/bin/python3";

  private ReferencePython() {}

  /** Skips the calling test if the module cannot be imported, unless this is CI. */
  public static void require(String module) throws IOException, InterruptedException {
    boolean present =
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import " + module).start().waitFor() == 0;
    if (!"true".equals(System.getenv("CI"))) {
      String debianPackage = "python3-" + module.replaceFirst("\\..*", "").toLowerCase(Locale.ROOT);
      Assumptions.assumeTrue(
          present, "needs Debian's %1$s: apt-get install %1$s".formatted(debianPackage));
    }
  }

  /** Where the networks in plain PyTorch are. */
  private static String networks() {
    return Path.of(ReferencePython.class.getResource("architecture/networks.py").getPath())
        .getParent()
        .toString();
  }

  /**
   * Runs a script that lies beside a class and may import the networks in plain PyTorch.
   *
   * @return what it printed
   * @throws AssertionError if it fails
   */
  public static String run(Class<?> beside, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PYTHON);
    command.add(Path.of(beside.getResource(script).getPath()).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder program =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    program.environment().put("PYTHONPATH", networks());
    program.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = program.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(script + " failed");
    }
    return output;
  }

  /** Runs such a script and reads the JSON that it printed. */
  public static JsonNode json(Class<?> beside, String script, String... arguments)
      throws IOException, InterruptedException {
    return new ObjectMapper().readTree(run(beside, script, arguments));
  }
}
