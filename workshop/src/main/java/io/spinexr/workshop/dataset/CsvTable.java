package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * A table with a header line (RFC 4180), in UTF-8 with or without a byte order mark. Cells may be
 * separated by commas, semicolons or tabs, whichever splits the header into most names; columns are
 * known by their names in any case. A column without a name, such as the index that pandas writes,
 * is read over.
 */
public final class CsvTable {
  private static final CSVFormat READ =
      CSVFormat.RFC4180
          .builder()
          .setIgnoreEmptyLines(true)
          .setIgnoreSurroundingSpaces(true)
          .setAllowMissingColumnNames(true)
          .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_EMPTY)
          .build();

  private CsvTable() {}

  /**
   * One record, whose cells are asked by column name in lower case.
   *
   * @param line the line it ends in, from 1
   * @param decimalComma whether numbers may be written with a comma, as where cells are separated
   *     by semicolons
   */
  public record Row(Path file, long line, CSVRecord cells, boolean decimalComma) {
    /** Whether it has as many cells as the header. */
    boolean complete() {
      return cells.isConsistent();
    }

    /** The cell's text, without spaces around it; empty if the row is too short for it. */
    public String text(String column) {
      return cells.isSet(column) ? cells.get(column).strip() : "";
    }

    /**
     * @throws ModelException naming file, line and cell if it is no finite number
     */
    public double number(String column) {
      String text = decimalComma ? text(column).replace(',', '.') : text(column);
      try {
        double value = Double.parseDouble(text);
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Reported below, like a number that is not finite.
      }
      throw wrong("%s must be a number, but is \"%s\"".formatted(column, text(column)));
    }

    /** An error at this place. */
    public ModelException wrong(String what) {
      return new ModelException("%s line %d: %s".formatted(file, line, what));
    }
  }

  /**
   * What a table's header says.
   *
   * @param names as written; empty for what pandas made of an index
   */
  private record Header(char delimiter, List<String> names) {
    List<String> known() {
      return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    static Header of(String line) {
      return Stream.of(';', '\t', ',')
          .map(delimiter -> new Header(delimiter, names(line, delimiter)))
          .max(Comparator.comparingInt(header -> header.names.size()))
          .orElseThrow();
    }

    private static List<String> names(String line, char delimiter) {
      CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).build();
      try (CSVParser parser = format.parse(new StringReader(line))) {
        return parser.stream()
            .flatMap(cells -> Arrays.stream(cells.values()))
            .map(String::strip)
            .map(name -> name.startsWith("Unnamed:") ? "" : name)
            .toList();
      } catch (IOException | UncheckedIOException e) {
        return List.of(); // quotes tell that cells end elsewhere
      }
    }
  }

  /**
   * Reads a file row by row.
   *
   * @param columns that must be there, in lower case; further ones may be
   * @return the names of all columns in the file's order, as written; an unnamed one is empty
   * @throws ModelException naming file and line if it cannot be read, lacks a column or a row has
   *     too few or too many cells
   */
  public static List<String> read(Path file, List<String> columns, Consumer<Row> reader) {
    return readAll(
        file,
        columns,
        row -> {
          if (!row.complete()) {
            throw row.wrong("it does not have as many cells as the header");
          }
          reader.accept(row);
        });
  }

  /** The same, where the reader is also given rows that have too few or too many cells. */
  static List<String> readAll(Path file, List<String> columns, Consumer<Row> reader) {
    try (BufferedReader text = Files.newBufferedReader(file)) {
      skipByteOrderMark(text);
      String first = Objects.requireNonNullElse(text.readLine(), "");
      Header header = Header.of(first);
      requireColumns(file, columns, header.known());
      CSVFormat format =
          READ.builder()
              .setDelimiter(header.delimiter())
              .setHeader(header.known().toArray(String[]::new))
              .build();
      try (CSVParser parser = format.parse(text)) {
        for (CSVRecord cells : parser) {
          reader.accept(
              new Row(file, parser.getCurrentLineNumber() + 1, cells, header.delimiter() == ';'));
        }
      }
      return header.names();
    } catch (CharacterCodingException e) {
      throw new ModelException("%s cannot be read as text: save it as UTF-8".formatted(file), e);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new ModelException("%s cannot be read as CSV: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
  }

  private static void requireColumns(Path file, List<String> columns, List<String> names) {
    List<String> missing = columns.stream().filter(c -> !names.contains(c)).toList();
    if (!missing.isEmpty()) {
      throw new ModelException(
          "%s line 1: the header must name the columns %s, but lacks %s"
              .formatted(file, String.join(",", columns), String.join(",", missing)));
    }
  }

  /**
   * @throws ModelException if the file cannot be written
   */
  public static void write(Path file, List<String> columns, Iterable<? extends List<?>> rows) {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setHeader(columns.toArray(String[]::new)).build();
    try (CSVPrinter printer = new CSVPrinter(Files.newBufferedWriter(file), format)) {
      printer.printRecords(rows);
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }
}
