package io.spinexr.workshop.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of a report.
 *
 * @param header one cell per column
 * @param rows as many cells each
 * @param notes that stand below it
 */
record Table(String title, List<String> header, List<List<String>> rows, List<String> notes) {
  Table {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  String markdown() {
    return Markdown.table(title, header, rows)
        + (notes.isEmpty() ? "" : Markdown.lines(""))
        + notes.stream().map(note -> Markdown.lines("- " + note)).collect(Collectors.joining());
  }
}
