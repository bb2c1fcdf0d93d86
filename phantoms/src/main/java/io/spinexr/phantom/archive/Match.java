package io.spinexr.phantom.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.VR;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an attribute must be to match (PS3.4 section C.2.2.2): one of several values, a range of
 * dates or times, or a text with {@code *} and {@code ?}. An attribute with several values matches
 * by any of them.
 */
record Match(String wanted) {
  private static final Set<VR> RANGED = Set.of(VR.DA, VR.TM, VR.DT);
  private static final Set<VR> TEXT =
      Set.of(VR.AE, VR.CS, VR.LO, VR.LT, VR.PN, VR.SH, VR.ST, VR.UC, VR.UR, VR.UT);

  boolean in(DataSet candidate, int tag) {
    VR vr = candidate.vr(tag).orElse(VR.UN);
    if (vr == VR.UN || vr == VR.SQ) {
      return false;
    }
    List<String> values = candidate.strings(tag);
    // A person's name may hold a comma.
    String separator = vr == VR.PN ? "\\\\" : "[\\\\,]";
    return Arrays.stream(wanted.split(separator))
        .anyMatch(one -> values.stream().anyMatch(value -> matches(vr, one, value)));
  }

  private static boolean matches(VR vr, String wanted, String value) {
    if (RANGED.contains(vr) && wanted.contains("-")) {
      return inRange(wanted, value);
    }
    return TEXT.contains(vr) ? pattern(wanted).matcher(value).matches() : value.equals(wanted);
  }

  /** Both ends belong to the range, as far as they are given: {@code 2026-} begins with 2026. */
  private static boolean inRange(String wanted, String value) {
    int dash = wanted.indexOf('-');
    String from = wanted.substring(0, dash);
    String to = wanted.substring(dash + 1);
    String start = value.substring(0, Math.min(value.length(), to.length()));
    return !value.isEmpty() && value.compareTo(from) >= 0 && start.compareTo(to) <= 0;
  }

  private static Pattern pattern(String wanted) {
    return Pattern.compile(
        wanted
            .codePoints()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }
}
