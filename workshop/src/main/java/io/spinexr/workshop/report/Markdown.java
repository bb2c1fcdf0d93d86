package io.spinexr.workshop.report;

import io.spinexr.workshop.evaluation.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Parts of reports in Markdown, which can be read in a terminal, too. */
public final class Markdown {
  private Markdown() {}

  /**
   * A table below its title, whose columns are as wide as their widest cell.
   *
   * @param rows each with as many cells as the header
   */
  public static String table(String title, List<String> header, List<List<String>> rows) {
    int[] widths = new int[header.size()];
    Stream.concat(Stream.of(header), rows.stream())
        .forEach(
            row -> {
              for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
              }
            });
    StringBuilder text = new StringBuilder(lines("### " + title, "", line(header, widths)));
    text.append(
        Arrays.stream(widths)
            .mapToObj(width -> "-".repeat(Math.max(1, width)))
            .collect(Collectors.joining(" | ", "| ", lines(" |"))));
    rows.forEach(row -> text.append(lines(line(row, widths))));
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> ("%-" + Math.max(1, widths[i]) + "s").formatted(cells.get(i)))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** The lines, each with its end. */
  public static String lines(String... lines) {
    return Stream.of(lines)
        .map(line -> line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  /**
   * A figure with its interval, in percent, e.g. {@code 88.61 (87.2, 90.0)}; "-" if there is none.
   */
  public static String percent(@Nullable Measure measure) {
    return measure == null || Double.isNaN(measure.value())
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.2f (%.1f, %.1f)",
            100 * measure.value(),
            100 * measure.low(),
            100 * measure.high());
  }
}
