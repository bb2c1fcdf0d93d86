package io.spinexr.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.DicomException;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.radiograph.Analyser;
import io.spinexr.radiograph.FindingsPicture;
import io.spinexr.radiograph.ImageAnalysis;
import io.spinexr.radiograph.Preparation;
import io.spinexr.radiograph.RadiographAnalysis;
import io.spinexr.radiograph.ReceivedImage;
import io.spinexr.radiograph.ScopeCheck;
import io.spinexr.scope.Scope;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Analyses files without a server. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description = {
      "Analyses DICOM radiographs without a server.",
      "Prints one JSON document per image and writes each image with its findings as",
      "<SOPInstanceUID>.png."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every image was analysed", "1:some were not; their documents say why"})
final class AnalyzeCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private ModelOptions models;

  @Mixin private DecoderOption decoder;

  @Parameters(arity = "1..*", paramLabel = "FILE|FOLDER", description = "What to analyse.")
  private List<Path> inputs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "spinexr-results",
      description = "Folder for the images (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--grayscale",
      description =
          "Also write <SOPInstanceUID>.gray.png: the 8-bit image that the networks start from,"
              + " in its original size.")
  private boolean grayscale;

  @Option(
      names = "--ignore-scope",
      description =
          "Analyse images that the model set is not made for, too; their documents warn of it.")
  private boolean ignoreScope;

  @Override
  public Integer call() throws IOException {
    List<Path> files = files();
    if (files.isEmpty()) {
      throw new Mistake("There is no DICOM file in " + inputs + ".");
    }
    try (ModelRepository repository = models.open()) {
      createOutput();
      Analyser analyser = new Analyser(repository);
      RadiographAnalysis radiographs =
          new RadiographAnalysis(
              analyser,
              ScopeCheck.of(analyser.scope()),
              decoder.decoder(analyser.preprocessing()),
              ignoreScope);
      boolean all = true;
      for (Path file : files) {
        all &= analyse(file, radiographs, analyser.models());
      }
      return all ? 0 : 1;
    }
  }

  private void createOutput() {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new Mistake("Cannot make the folder %s: %s.".formatted(out, e), e);
    }
  }

  /** Files as given; of folders, everything below them that is DICOM by name or content. */
  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        try (Stream<Path> below = Files.walk(input)) {
          Map<Boolean, List<Path>> byKind =
              below
                  .filter(Files::isRegularFile)
                  .sorted()
                  .collect(Collectors.partitioningBy(AnalyzeCommand::isDicom));
          files.addAll(byKind.get(true));
          List<Path> others = byKind.getOrDefault(false, List.of());
          if (!others.isEmpty()) {
            Terminal.say(
                "%s: %d file(s) that are not DICOM are left out.".formatted(input, others.size()));
          }
        }
      } else {
        files.add(input);
      }
    }
    return files;
  }

  private static boolean isDicom(Path file) {
    if (file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(dcm|dicom|ima)")) {
      return true;
    }
    try (InputStream content = Files.newInputStream(file)) {
      content.skipNBytes(128);
      return new String(content.readNBytes(4), StandardCharsets.US_ASCII).equals("DICM");
    } catch (IOException e) {
      return false;
    }
  }

  private boolean analyse(Path file, RadiographAnalysis radiographs, ModelSet set) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    boolean analysed = false;
    try {
      analysed = describe(file, radiographs, set, document);
    } catch (DicomException e) {
      reject(document, Kind.NOT_ANALYSABLE, e.getMessage());
    } catch (ModelException e) {
      reject(
          document,
          Kind.NOT_ANALYSABLE,
          RadiographAnalysis.NETWORKS_FAILED + ": " + e.getMessage());
    } catch (IOException e) {
      document.put("error", "the results cannot be written: " + e);
    } catch (OutOfMemoryError e) {
      reject(
          document,
          Kind.NOT_ANALYSABLE,
          RadiographAnalysis.TOO_LITTLE_MEMORY + "; give more: SPINEXR_JAVA_OPTS=-Xmx4g");
    } catch (RuntimeException e) {
      document.put("error", "not analysable by a mistake of this program: " + e);
    }
    print(document);
    return analysed;
  }

  private static void reject(Map<String, Object> document, Kind kind, String reason) {
    document.put("rejected", kind.code());
    document.put("error", kind.display() + ": " + reason);
  }

  /** Whether the image was analysed: one outside the model set's scope is not. */
  private boolean describe(
      Path file, RadiographAnalysis radiographs, ModelSet set, Map<String, Object> document)
      throws IOException {
    long start = System.nanoTime();
    ReceivedImage received = ReceivedImage.of(file);
    ImageId id = received.id();
    document.put("studyInstanceUid", id.studyUid());
    document.put("seriesInstanceUid", id.seriesUid());
    document.put("sopInstanceUid", id.sopInstanceUid());
    long read = System.nanoTime();
    Preparation preparation = radiographs.prepare(received);
    if (preparation instanceof Preparation.Rejected refused) {
      reject(document, refused.image().kind(), refused.image().reason());
      return false;
    }
    Preparation.Ready ready = (Preparation.Ready) preparation;
    ImageAnalysis analysis = radiographs.analyse(ready);
    long analysed = System.nanoTime();
    String name = id.sopInstanceUid();
    Path annotated = out.resolve(name + ".png");
    write(
        FindingsPicture.draw(ready.image(), analysis.findings(), set, Integer.MAX_VALUE),
        annotated);
    document.put("annotatedImage", annotated.toString());
    if (grayscale) {
      Path gray = out.resolve(name + ".gray.png");
      write(buffered(ready.image()), gray);
      document.put("grayscaleImage", gray.toString());
    }
    long written = System.nanoTime();
    ImageFindings findings = analysis.findings();
    document.put("width", findings.width());
    document.put("height", findings.height());
    document.put("probability", findings.probability());
    document.put("rawProbability", findings.rawProbability());
    document.put("probabilityPerModel", analysis.perModel());
    document.put("threshold", findings.threshold());
    document.put("verdict", findings.verdict().code());
    document.put("findings", findings.findings().stream().map(AnalyzeCommand::json).toList());
    document.put(
        "findingsBeforeFusion", findings.detected().stream().map(AnalyzeCommand::json).toList());
    document.put(
        "warnings",
        Stream.concat(findings.warnings().stream(), Scope.notChecked(set).stream())
            .map(AnalyzeCommand::json)
            .toList());
    document.put("modelSet", json(set));
    Map<String, Double> times = new LinkedHashMap<>();
    times.put("read", milliseconds(read - start));
    analysis.times().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            stage -> times.put(stage.getKey().code(), milliseconds(stage.getValue().toNanos())));
    times.put("draw", milliseconds(written - analysed));
    document.put("milliseconds", times);
    document.put("notice", "AI result, not a diagnosis");
    return true;
  }

  private static Map<String, Object> json(ModelSet set) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", set.name());
    json.put("version", set.version());
    json.put("models", set.models());
    json.put("regulatoryStatus", set.labelling().status().code());
    set.labelling().udi().ifPresent(udi -> json.put("udi", udi));
    set.labelling().intendedUse().ifPresent(use -> json.put("intendedUse", use));
    return json;
  }

  private static Map<String, Object> json(ImageWarning warning) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("code", warning.code().code());
    json.put("text", warning.text());
    return json;
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", finding.type().code());
    json.put("name", finding.type().display());
    json.put("score", finding.score());
    json.put("certainty", finding.certainty().code());
    json.put(
        "box",
        List.of(
            finding.box().xMin(),
            finding.box().yMin(),
            finding.box().xMax(),
            finding.box().yMax()));
    return json;
  }

  private static double milliseconds(long nanoseconds) {
    return Math.round(nanoseconds / 1e4) / 100.0;
  }

  private static BufferedImage buffered(GrayscaleImage image) {
    BufferedImage gray =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] target = ((DataBufferByte) gray.getRaster().getDataBuffer()).getData();
    System.arraycopy(image.pixels(), 0, target, 0, target.length);
    return gray;
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("no PNG writer for " + file);
    }
  }

  private static void print(Map<String, Object> document) {
    try {
      System.out.println(JSON.writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
