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
        printf '%%s\\n' "$@" >>'%s'
        for goal; do :; done
        said='%s/'$(echo "$goal" | tr : -)
        cat "$said"
        ! grep -q 'Failed to execute' "$said"
        """
            .formatted(home.resolve("options"), home));
    prints("verify", 0);
    Files.writeString(
        home.resolve("pitest-mutationCoverage"), ">> Generated 50 mutations Killed 48 (96%)\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void prints(String goal, int failures) throws IOException {
    Files.writeString(
        home.resolve(goal),
        "[INFO] Tests run: 3, Failures: %d, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in A\n"
            .formatted(failures));
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

  @Test
  void testsTheTestsAfterThem() throws IOException, InterruptedException {
    Outcome outcome = launch("test");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.printed())
        .endsWith("    48 of 50 were noticed (96%)\n2 passed, 0 failed, 1 skipped\n");
    assertThat(options()).containsSubsequence("verify", "fusion-rules", "pitest:mutationCoverage");
  }

  @Test
  void failsWhereTooFewMutationsAreNoticed() throws IOException, InterruptedException {
    Files.writeString(
        home.resolve("pitest-mutationCoverage"),
        """
        >> Generated 50 mutations Killed 40 (80%)
        [ERROR] Failed to execute goal a:b:c on project d: Mutation score of 80 is below 90 -> [Help 1]
        """);

    Outcome outcome = launch("test");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .contains("failed: mutations of fusion-rules: Mutation score of 80 is below 90\n")
        .endsWith("2 passed, 0 failed, 1 skipped\n");
  }

  @Test
  void leavesMutationsOutWhereTestsFail() throws IOException, InterruptedException {
    prints("verify", 1);

    Outcome outcome = launch("test");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .contains("left out, because tests failed")
        .endsWith("1 passed, 1 failed, 1 skipped\n");
    assertThat(options()).doesNotContain("pitest:mutationCoverage");
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
