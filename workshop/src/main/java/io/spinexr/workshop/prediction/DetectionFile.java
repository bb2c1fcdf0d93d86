package io.spinexr.workshop.prediction;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.CutBox;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.dataset.ImageSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * {@code detections.json}: the list of results that COCO's evaluation takes, with {@code image_id}
 * as text. A box is {@code [x, y, width, height]} in pixels of the original image. The type stands
 * in {@code category} or {@code category_id}, as a name or as an index into the detector's labels
 * from 0.
 */
public final class DetectionFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final List<LesionType> labels;
  private final Map<String, ImageSize> sizes;
  private final Consumer<Defect> defects;
  private final Map<String, List<Finding>> findings = new LinkedHashMap<>();

  private DetectionFile(
      Path file, List<LesionType> labels, Map<String, ImageSize> sizes, Consumer<Defect> defects) {
    this.file = file;
    this.labels = labels;
    this.sizes = sizes;
    this.defects = defects;
  }

  /**
   * The detections of each image that has some, by image id, in the file's order.
   *
   * @param labels of the detector, which an index counts
   * @param sizes to which boxes are cut, where they are known
   * @param defects is told which boxes are cut or left out
   * @throws ModelException naming file and line, if an entry has no image, no known type, no four
   *     numbers or no score in [0,1]
   */
  public static Map<String, List<Finding>> read(
      Path file, List<LesionType> labels, Map<String, ImageSize> sizes, Consumer<Defect> defects) {
    DetectionFile reading = new DetectionFile(file, labels, sizes, defects);
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new ModelException(
            "%s must be a JSON list of detections, as COCO's evaluation takes it".formatted(file));
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long line = parser.currentTokenLocation().getLineNr();
        reading.add(line, parser.readValueAsTree());
      }
    } catch (IOException e) {
      throw new ModelException("%s cannot be read as JSON: %s".formatted(file, e.getMessage()), e);
    }
    return reading.findings;
  }

  private void add(long line, JsonNode entry) {
    JsonNode id = entry.path("image_id");
    if (!id.isTextual() && !id.isIntegralNumber()) {
      throw wrong(line, "image_id must be a text");
    }
    String imageId = id.asText();
    LesionType type = type(line, entry);
    double score = number(line, entry.path("score"), "score");
    double[] box = new double[4];
    JsonNode bbox = entry.path("bbox");
    for (int i = 0; i < box.length; i++) {
      box[i] = number(line, bbox.path(i), "bbox");
    }
    if (bbox.size() != 4 || box[2] < 0 || box[3] < 0) {
      throw wrong(line, "bbox must be [x, y, width, height], but is " + bbox);
    }
    if (!(score >= 0 && score <= 1)) {
      throw wrong(line, "score must be in [0,1], but is " + score);
    }
    CutBox cut = CutBox.of(box[0], box[1], box[0] + box[2], box[1] + box[3], sizes.get(imageId));
    cut.defect()
        .ifPresent(
            kind ->
                defects.accept(
                    new Defect(kind, file.getFileName().toString(), line, imageId, cut.text())));
    cut.box()
        .ifPresent(
            inside ->
                findings
                    .computeIfAbsent(imageId, image -> new ArrayList<>())
                    .add(new Finding(type, inside, score)));
  }

  private LesionType type(long line, JsonNode entry) {
    Optional<LesionType> byName = named(line, entry.path("category"));
    Optional<LesionType> byId = named(line, entry.path("category_id"));
    if (byName.isPresent() && byId.isPresent() && !byName.equals(byId)) {
      throw wrong(line, "category and category_id name different types");
    }
    return byName
        .or(() -> byId)
        .orElseThrow(() -> wrong(line, "category or category_id must be given"));
  }

  private Optional<LesionType> named(long line, JsonNode category) {
    if (category.isIntegralNumber()) {
      if (!category.canConvertToInt()
          || category.intValue() < 0
          || category.intValue() >= labels.size()) {
        throw wrong(
            line,
            "category %s is no index of the labels from 0 to %d: %s"
                .formatted(category, labels.size() - 1, names(labels)));
      }
      return Optional.of(labels.get(category.intValue()));
    }
    if (category.isMissingNode() || category.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        LesionType.named(category.asText())
            .orElseThrow(
                () ->
                    wrong(
                        line,
                        "category %s is none of %s"
                            .formatted(category, names(List.of(LesionType.values()))))));
  }

  private static String names(List<LesionType> types) {
    return types.stream().map(LesionType::dataSetName).collect(Collectors.joining(", "));
  }

  private double number(long line, JsonNode value, String name) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(line, "%s must be made of numbers, but has %s".formatted(name, value));
    }
    return value.doubleValue();
  }

  private ModelException wrong(long line, String what) {
    return new ModelException("%s line %d: %s".formatted(file, line, what));
  }

  /** One detection a line. */
  static void write(Path file, List<ImagePrediction> images, List<LesionType> labels) {
    try (JsonGenerator json = JSON.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.writeStartArray();
      for (ImagePrediction image : images) {
        for (Finding finding : image.detected()) {
          json.writeRaw(System.lineSeparator());
          write(json, image.imageId(), finding, labels);
        }
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  private static void write(
      JsonGenerator json, String imageId, Finding finding, List<LesionType> labels)
      throws IOException {
    BoundingBox box = finding.box();
    json.writeStartObject();
    json.writeStringField("image_id", imageId);
    json.writeNumberField("category_id", labels.indexOf(finding.type()));
    json.writeStringField("category", finding.type().dataSetName());
    json.writeArrayFieldStart("bbox");
    for (double edge : new double[] {box.xMin(), box.yMin(), box.width(), box.height()}) {
      json.writeNumber(edge);
    }
    json.writeEndArray();
    json.writeNumberField("score", finding.score());
    json.writeEndObject();
  }
}
