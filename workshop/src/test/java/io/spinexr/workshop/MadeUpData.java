package io.spinexr.workshop;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.prediction.PredictionOrigin;
import io.spinexr.workshop.prediction.PredictionRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images n0, n1, ... that are normal and a0, a1, ... that have an osteophyte, each a study of its
 * own, and what model sets are made to say of them. Every second image of either kind is a woman's.
 *
 * @param each how many normal and how many abnormal images there are
 */
record MadeUpData(Path folder, int each) {
  /** The annotation file, which is written. */
  Path annotations() throws IOException {
    StringBuilder rows =
        new StringBuilder("study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax\n");
    images()
        .forEach(
            id ->
                rows.append(
                    "s-%s,e,%s,r,%s\n"
                        .formatted(
                            id, id, abnormal(id) ? "Osteophytes,10,10,30,30" : "No finding,,,,")));
    return Files.writeString(folder.resolve("test.csv"), rows);
  }

  private List<String> images() {
    return Stream.of("n", "a")
        .flatMap(kind -> IntStream.range(0, each).mapToObj(i -> kind + i))
        .toList();
  }

  static boolean abnormal(String id) {
    return id.startsWith("a");
  }

  /** The number in an image's name. */
  static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  /**
   * A folder as {@code predict} writes it, of a set with the threshold 0.5. Where the probability
   * is NaN there is none. On each abnormal image the lesion is found with a score of the
   * probability.
   */
  Path predictions(String set, ToDoubleFunction<String> probability) throws IOException {
    Path predictions = Files.createDirectories(folder.resolve(set));
    List<String> predicted =
        images().stream().filter(id -> !Double.isNaN(probability.applyAsDouble(id))).toList();
    write(
        predictions.resolve("preds.csv"),
        "image_id,probability,net",
        predicted,
        id -> "%s,%s,%2$s".formatted(id, probability.applyAsDouble(id)));
    write(
        predictions.resolve("images.csv"),
        "image_id,study_id,width,height,sex,age_band,view,body_part,manufacturer,"
            + "photometric_interpretation,bit_depth,pixels",
        predicted,
        id -> "%s,s-%1$s,100,100,%s,,,,,,,".formatted(id, number(id) % 2 == 0 ? "female" : "male"));
    Files.writeString(
        predictions.resolve("detections.json"),
        predicted.stream()
            .filter(MadeUpData::abnormal)
            .map(
                id ->
                    "{\"image_id\": \"%s\", \"category_id\": 0, \"bbox\": [10,10,20,20], \"score\": %s}"
                        .formatted(id, probability.applyAsDouble(id)))
            .toList()
            .toString());
    PredictionOrigin origin =
        new PredictionOrigin(
            "test",
            set,
            List.of(new ModelVersion("net", "1", "classification", "0".repeat(64))),
            LesionType.REFERENCE_LABELS,
            "LOGIT",
            DecisionRule.reference(0.5),
            "reference",
            "none",
            "none",
            "these images",
            null);
    Files.writeString(
        predictions.resolve("predictions.json"),
        new ObjectMapper()
            .writeValueAsString(new PredictionRun(origin, predicted.size(), List.of())));
    return predictions;
  }

  private interface Row {
    String of(String id);
  }

  private static void write(Path file, String header, List<String> ids, Row row)
      throws IOException {
    Files.write(file, Stream.concat(Stream.of(header), ids.stream().map(row::of)).toList());
  }
}
