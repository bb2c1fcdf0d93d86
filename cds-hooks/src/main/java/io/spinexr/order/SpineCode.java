package io.spinexr.order;

import io.spinexr.study.SpineRegion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A code that is known without configuration; docs/order-codes.md lists them all.
 *
 * @param region the part of the spine, if the code tells
 * @param meaning in English
 * @param source the public source of code and meaning
 */
public record SpineCode(
    Kind kind,
    CodeSystem system,
    String value,
    Optional<SpineRegion> region,
    String meaning,
    String source) {
  /** What a code stands for. */
  public enum Kind {
    /** Radiography of the spine. */
    RADIOGRAPHY,
    /** Radiography of whatever part of the body. */
    MODALITY,
    /** The spine or a part of it. */
    SITE
  }

  private static final List<SpineCode> ALL = load();

  private static final Map<Code, SpineCode> BY_CODE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(SpineCode::code, Function.identity()));

  private static final Set<String> RADIOGRAPHY_VALUES =
      ALL.stream()
          .filter(SpineCode::isRadiography)
          .map(SpineCode::value)
          .collect(Collectors.toUnmodifiableSet());

  public static List<SpineCode> all() {
    return ALL;
  }

  public static Optional<SpineCode> of(Code code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** Whether some system has this code for radiography of the spine. */
  public static boolean isRadiography(String value) {
    return RADIOGRAPHY_VALUES.contains(value);
  }

  /** Whether it stands for radiography of the spine. */
  public boolean isRadiography() {
    return kind == Kind.RADIOGRAPHY;
  }

  /** With its system, to be compared with codes from elsewhere. */
  public Code code() {
    return new Code(system.url(), value);
  }

  private static SpineCode read(String line) {
    String[] columns = line.split("\t");
    return new SpineCode(
        Kind.valueOf(columns[0]),
        CodeSystem.valueOf(columns[1]),
        columns[2],
        columns[3].equals("-") ? Optional.empty() : Optional.of(SpineRegion.of(columns[3])),
        columns[4],
        columns[5]);
  }

  private static List<SpineCode> load() {
    try (InputStream resource = SpineCode.class.getResourceAsStream("spine-codes.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).map(SpineCode::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the codes for radiography of the spine cannot be read", e);
    }
  }
}
