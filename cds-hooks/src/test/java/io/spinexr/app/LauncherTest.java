package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        cd '%s'
        printf '%%s\\n' "$@" >>options
        for goal; do :; done
        said=$(echo "$goal" | tr : -)
        mkdir -p one/target/junit
        [ ! -f skipped ] || cp skipped one/target/junit/open-test-report.xml
        mkdir -p one/target/logs
        [ ! -f logged ] || cp logged one/target/logs/a.log
        cat "$said"
        for tenth in $(seq 300); do [ ! -f held ] || sleep 0.1; done
        rm -f held
        ! grep -q 'Failed to execute' "$said"
        """
            .formatted(home));
    prints("verify", 0);
    Path patients = home.resolve("workshop/src/test/patients");
    Files.createDirectories(patients.getParent());
    Files.writeString(patients, "# names\n\nLovelace\nMRN-[0-9]\n");
    Files.writeString(
        home.resolve("pitest-mutationCoverage"), ">> Generated 50 mutations Killed 48 (96%)\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void prints(String goal, int failures) throws IOException {
    Files.writeString(
        home.resolve(goal),
        "[INFO] Tests run: 3, Failures: %d, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in A\n"
            .formatted(failures));
    Files.writeString(
        home.resolve("skipped"),
        """
        <e:started id="2"><metadata><junit:uniqueId>[engine:e]/[class:io.A]</junit:uniqueId>
        <e:finished id="2"><result status="SKIPPED"><reason>later</reason></result></e:finished>
        """);
  }

  private record Outcome(int status, String printed) {}

  private Outcome launch(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), printed);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", home.resolve("spinexr").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
    launcher
        .environment()
        .merge("PATH", home.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
    launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
    launcher.environment().remove("CI");
    return launcher.start();
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
        .endsWith(
            """
                48 of 50 were noticed (96%)
            skipped: io.A: later
            2 passed, 0 failed, 1 skipped
            """);
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

  @Test
  void failsWhereALogNamesAPatientOfTheTestsAndTellsOnlyWhere()
      throws IOException, InterruptedException {
    Files.writeString(home.resolve("logged"), "started\nMRN is none\n");
    assertThat(launch("test").status()).isZero();

    Files.writeString(
        home.resolve("logged"),
        """
        2026-11-27T21:57:05.700Z WARN  [main] Database is away
        INFO  Schema number 7 is Ada Lovelace's
        2026-11-27T21:57:05.701Z ERROR [audit-1] AuditTrail cannot be written
        java.sql.BatchUpdateException: number 7 is Ada Lovelace's
        \tat a.B(C)
        2026-11-27T21:57:05.702Z INFO  7 --- [main] a.Boot : Lovelace
        """);
    Outcome outcome = launch("test");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .contains(
            """
            failed: a patient is named in %1$s/one/target/logs/a.log:2 by Schema ('Lovelace')
            failed: a patient is named in %1$s/one/target/logs/a.log:4 by AuditTrail ('Lovelace')
            failed: a patient is named in %1$s/one/target/logs/a.log:6 by a.Boot ('Lovelace')
            """
                .formatted(home))
        .doesNotContain("number 7", "Ada");
  }

  @Test
  void showsWhatMavenDoesWhileItDoesIt() throws IOException, InterruptedException {
    Path held = Files.createFile(home.resolve("held"));
    Process process = start("test");
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).startsWith("    Tests run: 3");
      assertThat(held).exists();
      Files.delete(held);
      assertThat(output.lines()).last().isEqualTo("2 passed, 0 failed, 1 skipped");
    }
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void showsModulesWithoutTheirVersion() throws IOException, InterruptedException {
    Files.writeString(
        home.resolve("verify"),
        "[INFO] Building SpineXR: the images: DICOM 1.2-SNAPSHOT          [3/6]\n",
        StandardOpenOption.APPEND);
    assertThat(launch("test").printed()).contains("\n  SpineXR: the images: DICOM [3/6]\n");
  }

  @Test
  void tellsWhichTestsWereSkippedAndWhichPackagesTheyNeed()
      throws IOException, InterruptedException {
    // As JUnit's OpenTestReportGeneratingListener writes it: a test, the same once more, a class.
    Files.writeString(
        home.resolve("skipped"),
        """
        <e:started id="2"><metadata><junit:uniqueId>[engine:e]/[class:io.A]</junit:uniqueId>
        <e:started id="3"><junit:uniqueId>[engine:e]/[class:io.A]/[method:a()]</junit:uniqueId>
        <e:finished id="3"><result status="ABORTED"><java:throwable><![CDATA[\
        org.opentest4j.TestAbortedException: Assumption failed: needs x: apt-get install x
        at io.A.a
        ]]></java:throwable></result></e:finished>
        <e:finished id="4"><result status="ABORTED"><java:throwable><![CDATA[\
        org.opentest4j.TestAbortedException: Assumption failed: needs x: apt-get install x
        ]]></java:throwable></result></e:finished>
        <e:finished id="5"><result status="SUCCESSFUL"></result></e:finished>
        <e:started id="6"><metadata><junit:uniqueId>[engine:e]/[class:io.B]</junit:uniqueId>
        <e:finished id="6"><result status="ABORTED"><java:throwable><![CDATA[\
        org.opentest4j.TestAbortedException: Y is missing: install it by 'apt-get install y y-z'
        ]]></java:throwable></result></e:finished>
        """);

    Outcome outcome = launch("test");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.printed())
        .endsWith(
            """
                48 of 50 were noticed (96%)
            skipped: io.A: needs x: apt-get install x
            skipped: io.B: Y is missing: install it by 'apt-get install y y-z'
            What the skipped tests need: apt-get install x y y-z
            2 passed, 0 failed, 3 skipped
            """);
  }

  @Test
  void runsOneTestInItsModule() throws IOException, InterruptedException {
    Path tests = Files.createDirectories(home.resolve("two/src/test/java/io"));
    Files.createFile(tests.resolve("SomeTest.java"));
    prints("test", 0);

    Outcome outcome = launch("test", "--only", "SomeTest#works");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.printed()).endsWith("2 passed, 0 failed, 1 skipped\n");
    assertThat(options())
        .containsSubsequence("-pl", "two", "-am", "-Dtest=SomeTest#works", "test")
        .doesNotContain("verify", "pitest:mutationCoverage");

    Outcome misspelt = launch("test", "--only", "OtherTest");
    assertThat(misspelt.status()).isEqualTo(1);
    assertThat(misspelt.printed()).isEqualTo("spinexr: there is no test class 'OtherTest'.\n");
  }

  @Test
  void tellsHowManyLinesTheTestsRun() throws IOException, InterruptedException {
    Path report = Files.createDirectories(home.resolve("workshop/target/site/jacoco-aggregate"));
    Files.writeString(
        report.resolve("jacoco.csv"),
        """
        GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,INSTRUCTION_COVERED,BRANCH_MISSED,BRANCH_COVERED,\
        LINE_MISSED,LINE_COVERED,COMPLEXITY_MISSED,COMPLEXITY_COVERED,METHOD_MISSED,METHOD_COVERED
        "one, and more/m",p,A,2,300,4,5,1,59,6,7,8,9
        two/m,p,B,144,0,4,0,19,1,8,0,6,0
        """);

    assertThat(launch("test", "--coverage").printed())
        .contains("  60 of 80 lines were run (75 %): " + report.resolve("index.html") + "\n");
    assertThat(options()).contains("-Pcoverage");
  }

  /** As in an unpacked archive, with a Java that only says what it is given. */
  private List<String> toldJava(String command) throws IOException, InterruptedException {
    Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Outcome outcome = launch(command, "--help");
    assertThat(outcome.status()).isZero();
    return outcome.printed().lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "pacs-check", "analyze", "models"})
  void startsServersWithTheProgramAlone(String command) throws IOException, InterruptedException {
    assertThat(toldJava(command))
        .endsWith("io.spinexr.app.SpineXr", command, "--help")
        .contains(home + "/program/spinexr.jar:" + home + "/program/native")
        .noneMatch(argument -> argument.contains("workshop"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "phantom", "train", "evaluate", "bench", "help", "--version"})
  void startsEverythingElseWithTheWorkshop(String command)
      throws IOException, InterruptedException {
    assertThat(toldJava(command))
        .endsWith("io.spinexr.workshop.Workshop", command, "--help")
        .anyMatch(argument -> argument.startsWith(home + "/workshop/workshop.jar:"));
  }

  /** A command goes on with the next file; a server is started again. */
  @Test
  void endsServersThatHaveNoMemoryLeft() throws IOException, InterruptedException {
    String option = "-XX:+ExitOnOutOfMemoryError";

    assertThat(toldJava("serve")).contains(option);
    assertThat(toldJava("demo")).contains(option);
    assertThat(toldJava("analyze")).doesNotContain(option);
  }

  @Test
  void saysThatAnUnpackedArchiveHasNoTests() throws IOException, InterruptedException {
    toldJava("help");
    Outcome outcome = launch("test");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .isEqualTo("spinexr: test needs the sources; this is an unpacked archive.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nightlyy", "nightly", "-Dtest=None", "-DskipTests", "-o --nightly"})
  void refusesOptionsThatItDoesNotKnow(String options) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("test"));
    arguments.addAll(List.of(options.split(" ")));

    Outcome outcome = launch(arguments.toArray(String[]::new));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.printed())
        .isEqualTo(
            "spinexr: test takes --nightly, --coverage or --only CLASS, but was given '%s'.\n"
                .formatted(arguments.get(1)));
    assertThat(home.resolve("options")).doesNotExist();
  }
}
