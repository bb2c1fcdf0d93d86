package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.analysis.ServerAnalysis;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Hospital;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What analyze says of a file is what a server says of it. */
class SamePathTest {
  private static final Path MODELS = Path.of("..", "inference-tf", "models", "demo");

  @TempDir Path folder;

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);

  @Test
  void analyzeAndServerSayTheSameOfTheSameFiles() throws IOException {
    List<DicomFile> files =
        List.of(
            image(1),
            Hospital.changed(
                image(2),
                raw ->
                    raw.put(Tag.PresentationIntentType, "FOR PROCESSING")
                        .remove(Tag.PatientBirthDate)),
            OutOfScope.CHILD.of(image(3)),
            OutOfScope.DOG.of(image(4)),
            Hospital.changed(
                image(5),
                damaged -> damaged.putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(64))),
            Hospital.changed(image(6), film -> film.put(Tag.NumberOfFrames, "30")),
            Hospital.changed(image(7), odd -> odd.put(Tag.WindowCenter, "many")),
            Hospital.changed(image(8), SamePathTest::noise));

    Map<String, String> byCommand = byAnalyze(files);

    assertThat(byCommand).hasSize(files.size());
    assertThat(byCommand.values())
        .anyMatch(text -> text.contains("for-processing") && text.contains("scope-not-stated"))
        .anyMatch(text -> text.startsWith("outside what the AI is made for: "))
        .anyMatch(text -> text.contains("it does not look like a radiograph of the spine"))
        .anyMatch(text -> text.startsWith("not analysable: "));
    assertThat(byServer(files)).isEqualTo(byCommand);
  }

  /** Each of an exposure of its own, so that none stands for another. */
  private DicomFile image(int number) {
    return Hospital.changed(
        Hospital.image(study, number), own -> own.put(Tag.IrradiationEventUID, "1.2." + number));
  }

  private static DataSet.Builder noise(DataSet.Builder image) {
    byte[] noise = new byte[image.build().bytes(Tag.PixelData).orElseThrow().remaining()];
    new Random(1).nextBytes(noise);
    for (int i = 1; i < noise.length; i += 2) {
      noise[i] &= 0x0F;
    }
    return image.putBytes(Tag.PixelData, VR.OW, ByteBuffer.wrap(noise));
  }

  private Map<String, String> byAnalyze(List<DicomFile> files) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < files.size(); i++) {
      DicomWriter.write(files.get(i), images.resolve(i + ".dcm"));
    }
    Map<String, String> said = new TreeMap<>();
    for (JsonNode document :
        CommandLineTest.run("analyze", "--models", MODELS, "--out", folder.resolve("out"), images)
            .documents()) {
      said.put(
          document.path("sopInstanceUid").asText(),
          document.has("error") ? document.path("error").asText() : said(document));
    }
    return said;
  }

  /** Without the warning that a server gives once for all images. */
  private static String said(JsonNode document) {
    List<String> findings = new ArrayList<>();
    for (JsonNode finding : document.path("findings")) {
      JsonNode box = finding.path("box");
      findings.add(
          said(
              finding.path("type").asText(),
              finding.path("score").asDouble(),
              new BoundingBox(
                  box.get(0).asDouble(),
                  box.get(1).asDouble(),
                  box.get(2).asDouble(),
                  box.get(3).asDouble())));
    }
    List<String> warnings = new ArrayList<>();
    for (JsonNode warning : document.path("warnings")) {
      if (!warning.path("code").asText().equals("scope-not-checked")) {
        warnings.add(warning.path("code").asText() + ": " + warning.path("text").asText());
      }
    }
    return said(
        document.path("verdict").asText(),
        document.path("probability").asDouble(),
        findings,
        warnings);
  }

  private Map<String, String> byServer(List<DicomFile> files) throws IOException {
    try (FolderArchive archive = FolderArchive.start(folder.resolve("archive"), 0);
        ModelRepository models = ModelRepository.open(MODELS, DeviceOptions.cpu())) {
      Hospital.store(archive.baseUrl(), files.toArray(DicomFile[]::new));
      StudyFindings findings = ServerAnalysis.findings(archive.baseUrl(), patient, study, models);
      Map<String, String> said = new TreeMap<>();
      for (ImageFindings image : findings.images()) {
        said.put(image.image().sopInstanceUid(), said(image));
      }
      for (RejectedImage image : findings.rejected()) {
        said.put(image.image().sopInstanceUid(), image.sentence());
      }
      return said;
    }
  }

  private static String said(ImageFindings image) {
    return said(
        image.verdict().code(),
        image.probability(),
        image.findings().stream().map(SamePathTest::said).toList(),
        image.warnings().stream().map(SamePathTest::said).toList());
  }

  private static String said(Finding finding) {
    return said(finding.type().code(), finding.score(), finding.box());
  }

  private static String said(ImageWarning warning) {
    return warning.code().code() + ": " + warning.text();
  }

  private static String said(String type, double score, BoundingBox box) {
    return type + " " + score + " " + box;
  }

  private static String said(
      String verdict, double probability, List<String> findings, List<String> warnings) {
    return String.join("\n", verdict + " " + probability, findings + "", warnings + "");
  }
}
