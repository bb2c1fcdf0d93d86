package io.spinexr.dicom;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * PS3.6 as far as implicit encodings need it: value representation and keyword of each standard
 * attribute. Derived from pydicom's dictionary, which is under the MIT licence (see the NOTICE
 * beside the resource) and is made from the standard's own tables.
 */
public final class DataDictionary {
  private record Entry(String vr, String keyword) {}

  private static final Map<Integer, Entry> ENTRIES = load();

  private DataDictionary() {}

  static Optional<String> keyword(int tag) {
    return entry(tag).map(Entry::keyword);
  }

  static OptionalInt tag(String keyword) {
    return ENTRIES.entrySet().stream()
        .filter(entry -> entry.getValue().keyword().equals(keyword))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The representation that an implicit encoding means.
   *
   * @param signedPixels Pixel Representation of the enclosing image, which decides between US and
   *     SS
   * @return UN for what the dictionary does not know
   */
  public static VR vr(int tag, boolean signedPixels) {
    int element = tag & 0xFFFF;
    if (element == 0) {
      return VR.UL;
    }
    if (isPrivate(tag)) {
      return element >= 0x10 && element <= 0xFF ? VR.LO : VR.UN;
    }
    return entry(tag)
        .map(
            entry ->
                switch (entry.vr) {
                  case "XS" -> signedPixels ? VR.SS : VR.US;
                  case "OX" -> VR.OW;
                  default -> VR.valueOf(entry.vr);
                })
        .orElse(VR.UN);
  }

  static boolean isPrivate(int tag) {
    return (tag >>> 16 & 1) == 1;
  }

  private static Optional<Entry> entry(int tag) {
    return Optional.ofNullable(ENTRIES.get(firstOfRepeatingGroup(tag)));
  }

  private static int firstOfRepeatingGroup(int tag) {
    int family = tag >>> 24;
    boolean repeats = family == 0x50 || family == 0x60 || (family == 0x7F && tag >>> 16 != 0x7FE0);
    return repeats && !isPrivate(tag) ? tag & 0xFF00FFFF : tag;
  }

  private static Map<Integer, Entry> load() {
    Map<Integer, Entry> entries = new HashMap<>();
    try (InputStream resource = DataDictionary.class.getResourceAsStream("dictionary.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] columns = line.split("\t");
          entries.put(Integer.parseUnsignedInt(columns[0], 16), new Entry(columns[1], columns[2]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the DICOM data dictionary cannot be read", e);
    }
    return Map.copyOf(entries);
  }
}
