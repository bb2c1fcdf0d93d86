package io.spinexr.workshop.prediction;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code preds.csv}: {@code image_id,probability} and one column for each member of an ensemble;
 * one row for each image, every number in [0,1]. Of an ensemble that is calibrated {@code
 * raw_probability} is what it said before.
 *
 * @param members the names of the further columns
 * @param rows by image id, in the file's order
 */
public record ProbabilityFile(List<String> members, Map<String, Row> rows) {
  private static final List<String> COLUMNS = List.of("image_id", "probability");
  private static final String RAW = "raw_probability";

  /**
   * What classifiers say of one image.
   *
   * @param line where it stands
   * @param raw before calibration; where the file does not say, there was none
   * @param members by their names, in the order of the columns
   */
  public record Row(long line, double probability, double raw, Map<String, Double> members) {}

  /**
   * @throws ModelException naming file and line, if an image has two rows, or a number is missing
   *     or not in [0,1]
   */
  public static ProbabilityFile read(Path file) {
    List<CsvTable.Row> cells = new ArrayList<>();
    List<String> further =
        CsvTable.read(file, COLUMNS, cells::add).stream()
            .filter(name -> !name.isEmpty() && !COLUMNS.contains(name.toLowerCase(Locale.ROOT)))
            .toList();
    List<String> members = further.stream().filter(name -> !name.equalsIgnoreCase(RAW)).toList();
    String rawColumn = members.size() < further.size() ? RAW : "probability";
    Map<String, Row> rows = new LinkedHashMap<>();
    for (CsvTable.Row row : cells) {
      String imageId = row.text("image_id");
      if (imageId.isEmpty()) {
        throw row.wrong("image_id is empty");
      }
      Map<String, Double> ofMembers = new LinkedHashMap<>();
      members.forEach(name -> ofMembers.put(name, probability(row, name)));
      Row before =
          rows.putIfAbsent(
              imageId,
              new Row(
                  row.line(),
                  probability(row, "probability"),
                  probability(row, rawColumn),
                  ofMembers));
      if (before != null) {
        throw row.wrong("image %s has a row in line %d already".formatted(imageId, before.line()));
      }
    }
    return new ProbabilityFile(members, rows);
  }

  private static double probability(CsvTable.Row row, String column) {
    double value = row.number(column.toLowerCase(Locale.ROOT));
    if (!(value >= 0 && value <= 1)) {
      throw row.wrong("%s must be in [0,1], but is %s".formatted(column, value));
    }
    return value;
  }

  /**
   * Numbers are written so that reading gives the same again.
   *
   * @param calibrated whether the ensemble's own probability is another one
   */
  static void write(Path file, List<ImagePrediction> images, boolean calibrated) {
    List<String> columns = new ArrayList<>(COLUMNS);
    if (calibrated) {
      columns.add(RAW);
    }
    images.stream().findFirst().ifPresent(image -> columns.addAll(image.members().keySet()));
    CsvTable.write(
        file,
        columns,
        images.stream()
            .map(
                image -> {
                  List<Object> row = new ArrayList<>(List.of(image.imageId(), image.probability()));
                  if (calibrated) {
                    row.add(image.rawProbability());
                  }
                  row.addAll(image.members().values());
                  return row;
                })
            .toList());
  }
}
