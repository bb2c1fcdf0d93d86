package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** A comma-separated file with a header line (RFC 4180), in UTF-8. */
final class CsvTable {
  private static final CSVFormat READ =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreEmptyLines(true)
          .setIgnoreSurroundingSpaces(true)
          .build();

  private CsvTable() {}

  /**
   * One record, whose cells are asked by column name.
   *
   * @param line the line it ends in
   */
  record Row(Path file, long line, CSVRecord cells) {
    String text(String column) {
      return cells.get(column);
    }

    double number(String column) {
      try {
        double value = Double.parseDouble(text(column));
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Reported below, like a number that is not finite.
      }
      throw wrong("%s must be a number, but is \"%s\"".formatted(column, text(column)));
    }

    ModelException wrong(String what) {
      return new ModelException("%s line %d: %s".formatted(file, line, what));
    }
  }

  /**
   * Reads a file row by row; further columns are ignored.
   *
   * @throws ModelException naming file and line if it cannot be read, lacks a column or a row has
   *     too few cells
   */
  static void read(Path file, List<String> columns, Consumer<Row> reader) {
    try (BufferedReader text = Files.newBufferedReader(file)) {
      text.mark(1);
      if (text.read() != '\uFEFF') {
        text.reset();
      }
      try (CSVParser parser = READ.parse(text)) {
        List<String> missing =
            columns.stream().filter(c -> !parser.getHeaderNames().contains(c)).toList();
        if (!missing.isEmpty()) {
          throw new ModelException(
              "%s line 1: the header must name the columns %s, but lacks %s"
                  .formatted(file, String.join(",", columns), String.join(",", missing)));
        }
        for (CSVRecord cells : parser) {
          Row row = new Row(file, parser.getCurrentLineNumber(), cells);
          if (!cells.isConsistent()) {
            throw row.wrong(
                "expected %d cells, but found %d"
                    .formatted(parser.getHeaderNames().size(), cells.size()));
          }
          reader.accept(row);
        }
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new ModelException("%s cannot be read as CSV: %s".formatted(file, e.getMessage()), e);
    }
  }

  static void write(Path file, List<String> columns, Iterable<? extends List<?>> rows) {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setHeader(columns.toArray(String[]::new)).build();
    try (CSVPrinter printer = new CSVPrinter(Files.newBufferedWriter(file), format)) {
      printer.printRecords(rows);
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }
}
