package io.spinexr.workshop.prediction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.CsvTable;
import io.spinexr.workshop.dataset.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of a set's predictions: {@code preds.csv}, {@code detections.json}, {@code images.csv}
 * and {@code predictions.json}. Nothing in it names a patient.
 */
public final class PredictionFiles {
  /** Probabilities; see {@link ProbabilityFile}. */
  public static final String PROBABILITIES = "preds.csv";

  /** Boxes; see {@link DetectionFile}. */
  public static final String DETECTIONS = "detections.json";

  private static final String IMAGES = "images.csv";
  private static final String RUN = "predictions.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private PredictionFiles() {}

  /**
   * Writes all four.
   *
   * @throws ModelException if one cannot be written
   */
  static void write(Path folder, List<ImagePrediction> images, PredictionRun run) {
    ProbabilityFile.write(
        folder.resolve(PROBABILITIES), images, run.origin().calibration() != null);
    DetectionFile.write(folder.resolve(DETECTIONS), images, run.origin().labels());
    CsvTable.write(
        folder.resolve(IMAGES), columns(), images.stream().map(PredictionFiles::row).toList());
    try {
      Files.writeString(folder.resolve(RUN), JSON.writeValueAsString(run));
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(folder.resolve(RUN), e), e);
    }
  }

  private static List<String> columns() {
    return Stream.of(
            Stream.of("image_id", "study_id", "width", "height"),
            Stream.of(Attribute.values()).map(Attribute::column),
            Stream.of("pixels"))
        .flatMap(names -> names)
        .toList();
  }

  private static List<Object> row(ImagePrediction prediction) {
    ImageDescription image = prediction.image();
    List<Object> row =
        new ArrayList<>(
            List.of(
                prediction.imageId(),
                prediction.studyId(),
                image.size().width(),
                image.size().height()));
    Stream.of(Attribute.values())
        .forEach(attribute -> row.add(image.attributes().getOrDefault(attribute, "")));
    row.add(image.pixels());
    return row;
  }

  /**
   * What {@code images.csv} beside a file of probabilities says, by image id; empty without it.
   *
   * @throws ModelException if it cannot be read
   */
  public static Map<String, ImageDescription> images(Path probabilities) {
    Map<String, ImageDescription> images = new LinkedHashMap<>();
    Path file = probabilities.resolveSibling(IMAGES);
    if (Files.isRegularFile(file)) {
      CsvTable.read(file, columns(), row -> images.put(row.text("image_id"), description(row)));
    }
    return images;
  }

  private static ImageDescription description(CsvTable.Row row) {
    Map<Attribute, String> attributes = new EnumMap<>(Attribute.class);
    for (Attribute attribute : Attribute.values()) {
      String value = row.text(attribute.column());
      if (!value.isEmpty()) {
        attributes.put(attribute, value);
      }
    }
    return new ImageDescription(
        new ImageSize((int) row.number("width"), (int) row.number("height")),
        attributes,
        row.text("pixels"));
  }

  /**
   * What {@code predictions.json} beside a file of probabilities says; empty without it.
   *
   * @throws ModelException if it cannot be read
   */
  public static Optional<PredictionRun> run(Path probabilities) {
    Path file = probabilities.resolveSibling(RUN);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readString(file), PredictionRun.class));
    } catch (JsonProcessingException e) {
      throw new ModelException("%s is damaged: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
