package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher's options for tests, in a folder of its own and with a Maven that only notes them.
 */
class LauncherTest {
  @TempDir private Path home;

  @BeforeEach
  void copy() throws IOException {
    Files.copy(Path.of("..", "spinexr"), home.resolve("spinexr"));
    Path maven = Files.createDirectory(home.resolve("bin")).resolve("mvn");
    Files.writeString(
        maven,
        """
        #!/bin/sh
        printf '%%s\\n' "$@" >'%s'
        echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in A'
        """
            .formatted(home.resolve("options")));
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Outcome(int status, String printed) {}

  private Outcome launch(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", home.resolve("spinexr").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
    launcher
        .environment()
        .merge("PATH", home.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
    launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
    launcher.environment().remove("CI");
    Process process = launcher.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), printed);
  }

  private List<String> options() throws IOException {
    return Files.readAllLines(home.resolve("options"));
  }

  @Test
  void testsWithoutTheLongTestsUnlessAskedForThem() throws IOException, InterruptedException {
    Outcome usual = launch("test");
    assertThat(usual.status()).isZero();
    assertThat(usual.printed()).endsWith("2 passed, 0 failed, 1 skipped\n");
    assertThat(options()).contains("verify").noneMatch(option -> option.contains("excluded"));

    assertThat(launch("test", "--nightly").status()).isZero();
    assertThat(options()).contains("verify", "-Dtest.excluded=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nightlyy", "nightly", "-Dtest=None", "-DskipTests", "--nightly -o"})
  void refusesOptionsThatItDoesNotKnow(String options) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("test"));
    arguments.addAll(List.of(options.split(" ")));

    Outcome outcome = launch(arguments.toArray(String[]::new));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .isEqualTo(
            "spinexr: test takes no other option than --nightly, but was given '%s'.\n"
                .formatted(options));
    assertThat(home.resolve("options")).doesNotExist();
  }
}
