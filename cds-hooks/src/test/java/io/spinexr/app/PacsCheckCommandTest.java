package io.spinexr.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.Hospital;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The check of a real archive, and of the same one behind a server that can do less. */
class PacsCheckCommandTest {
  @RegisterExtension static final OrthancServer ORTHANC = new OrthancServer();

  @TempDir private Path folder;
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);

  @BeforeEach
  void store() {
    Hospital.store(ORTHANC.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
  }

  private Outcome check(URI archive, String... options) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("my.yaml"),
            "spinexr.archive: {base-url: %s, retries: 0}".formatted(archive));
    return CommandLineTest.run(
        Stream.concat(Stream.of("pacs-check", "--config", file.toString()), Stream.of(options))
            .toArray());
  }

  /** The words behind what was tried. */
  private static String line(Outcome outcome, String what) {
    return outcome
        .out()
        .lines()
        .filter(line -> line.startsWith("  " + what + " "))
        .findFirst()
        .map(line -> line.substring(what.length() + 2).strip())
        .orElse("");
  }

  private void hasNothingOfThePatient(Outcome outcome) {
    DicomFile image = Hospital.image(study, 1);
    for (int tag :
        List.of(
            Tag.PatientID,
            Tag.PatientName,
            Tag.PatientBirthDate,
            Tag.AccessionNumber,
            Tag.StudyInstanceUID,
            Tag.SOPInstanceUID)) {
      String value = image.dataSet().string(tag).orElseThrow();
      assertThat(outcome.out() + outcome.err()).doesNotContain(value);
    }
  }

  @Test
  void findsThatSpineXrCanWorkWithOrthanc() throws IOException {
    Outcome outcome = check(ORTHANC.baseUrl(), "--patient-id", patient.id());

    assertThat(outcome.out()).endsWith("  SpineXR can work with this archive.\n");
    assertThat(outcome.status()).isZero();
    assertThat(line(outcome, "connection and sign-in")).startsWith("yes");
    assertThat(line(outcome, "search by PatientID"))
        .isEqualTo("yes       finds 1 of the patient's studies");
    assertThat(line(outcome, "search by AccessionNumber")).startsWith("yes");
    assertThat(line(outcome, "attributes of studies"))
        .startsWith("yes       of 1: PatientID 1, IssuerOfPatientID 1, PatientBirthDate 1");
    assertThat(line(outcome, "spine radiographs")).startsWith("yes       2 of 2 series");
    assertThat(line(outcome, "search for instances")).isEqualTo("yes       2, of the study");
    assertThat(line(outcome, "lists page by page")).isEqualTo("yes       limit and offset");
    assertThat(line(outcome, "metadata of a series")).isEqualTo("yes       of all 1 instances");
    assertThat(line(outcome, "retrieval of an image"))
        .isEqualTo("yes       multipart, as stored, transfer syntax 1.2.840.10008.1.2.1");
    assertThat(line(outcome, "identity in the image")).startsWith("yes");
    hasNothingOfThePatient(outcome);
  }

  /** docs/pacs.md shows what this prints; what it should show is in target/pacs-check.txt. */
  @Test
  void printsWhatTheDocumentShows() throws IOException {
    String out = check(ORTHANC.baseUrl(), "--patient-id", patient.id()).out();
    Files.writeString(Path.of("target", "pacs-check.txt"), out);
    assertThat(Files.readString(Path.of("..", "docs", "pacs.md"))).contains("```\n" + out + "```");
  }

  @Test
  void looksForRecentRadiographsWhenNoPatientIsGiven() throws IOException {
    assertThat(check(ORTHANC.baseUrl()).status()).isZero();
  }

  @Test
  void readsThePatientFromStandardInput() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream((patient.id() + "\n").getBytes(UTF_8)));
      Outcome outcome = check(ORTHANC.baseUrl(), "--patient-id", "-");
      assertThat(outcome.status()).isZero();
      assertThat(line(outcome, "search by PatientID"))
          .isEqualTo("yes       finds 1 of the patient's studies");
      System.setIn(new ByteArrayInputStream(new byte[0]));
      assertThat(check(ORTHANC.baseUrl(), "--patient-id", "-").err())
          .contains("Standard input has no line to read.");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void saysWhatAPoorArchiveCannotDoAndWhatToAskFor() throws IOException {
    try (ArchiveProxy poor =
        new ArchiveProxy(
            ORTHANC.baseUrl(),
            path -> path,
            refusing(
                request ->
                    request.contains("includefield=IssuerOfPatientID")
                        ? 400
                        : request.contains("/metadata") || request.contains("AccessionNumber=")
                            ? 501
                            : 200))) {
      Outcome outcome = check(poor.baseUrl(), "--patient-id", patient.id());

      assertThat(outcome.status()).isZero();
      assertThat(line(outcome, "attributes of studies"))
          .startsWith("partly")
          .contains("IssuerOfPatientID 0", "refuses to include IssuerOfPatientID");
      assertThat(line(outcome, "search by AccessionNumber")).startsWith("partly").contains("501");
      assertThat(line(outcome, "metadata of a series")).startsWith("partly").contains("501");
      assertThat(outcome.out())
          .contains(
              "Ask the vendor:",
              "- Return IssuerOfPatientID where they are known.",
              "- Let searches for studies match AccessionNumber.",
              "- Support retrieval of a series' metadata.");
      hasNothingOfThePatient(outcome);
    }
  }

  @Test
  void failsWhereTheArchiveLetsNobodyInOrSendsNoImages() throws IOException {
    try (ArchiveProxy closed =
            new ArchiveProxy(ORTHANC.baseUrl(), path -> path, refusing(request -> 401));
        ArchiveProxy silent =
            new ArchiveProxy(
                ORTHANC.baseUrl(),
                path -> path,
                refusing(request -> request.matches(".*/instances/[0-9.]+") ? 500 : 200))) {
      Outcome outcome = check(closed.baseUrl());
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(line(outcome, "connection and sign-in"))
          .startsWith("no")
          .contains("HTTP 401, check the archive's credentials");
      assertThat(outcome.out()).endsWith("  SpineXR cannot work with this archive yet.\n");

      Outcome without = check(silent.baseUrl(), "--patient-id", patient.id());
      assertThat(without.status()).isEqualTo(1);
      assertThat(line(without, "retrieval of an image")).startsWith("no").contains("HTTP 500");
      hasNothingOfThePatient(without);
    }
  }

  @Test
  void explainsASettingThatIsWrong() throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.yaml"), "spinexr.archive.retries: 3\n");

    Outcome outcome = CommandLineTest.run("pacs-check", "--config", file);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("spinexr: spinexr.archive.base-url must be set.");
  }

  /**
   * @param status by path and query; 200 for what the archive itself answers
   */
  private static Function<HttpExchange, Optional<ArchiveProxy.Answer>> refusing(
      Function<String, Integer> status) {
    return exchange -> {
      int refusal = status.apply(exchange.getRequestURI().toString());
      return refusal == 200
          ? Optional.empty()
          : Optional.of(new ArchiveProxy.Answer(refusal, "text/plain", new byte[0]));
    };
  }
}
