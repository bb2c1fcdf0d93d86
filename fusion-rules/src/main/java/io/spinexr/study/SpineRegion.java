package io.spinexr.study;

/** The part of the spine that an order asks for or a study shows. */
public enum SpineRegion {
  CERVICAL("cervical spine", "C"),
  CERVICOTHORACIC("cervicothoracic spine", "CT"),
  THORACIC("thoracic spine", "T"),
  THORACOLUMBAR("thoracolumbar spine", "TL"),
  LUMBAR("lumbar spine", "L"),
  LUMBOSACRAL("lumbosacral spine", "LS"),
  SACRAL("sacrum and coccyx", "S"),
  /** All of it, or a part that is not known. */
  SPINE("spine", "CTLS");

  private static final String ALL = SPINE.segments;

  private final String display;
  private final String segments;

  SpineRegion(String display, String segments) {
    this.display = display;
    this.segments = segments;
  }

  /**
   * The region that a DICOM BodyPartExamined, an order or a description names, such as {@code
   * CSPINE}, {@code LWS ap} or {@code Radiographie du rachis lombaire}; {@link #SPINE} when it
   * names none or all.
   */
  public static SpineRegion named(String text) {
    return ExaminationText.of(text).region().orElse(SPINE);
  }

  /**
   * The smallest region that holds these segments and all between them.
   *
   * @param segments some of the letters C, T, L and S, in any order
   * @throws IllegalArgumentException when there is none of them
   */
  public static SpineRegion of(String segments) {
    int[] places = segments.chars().map(ALL::indexOf).sorted().toArray();
    if (places.length == 0 || places[0] < 0) {
      throw new IllegalArgumentException("segments of the spine are C, T, L and S");
    }
    String span = ALL.substring(places[0], places[places.length - 1] + 1);
    for (SpineRegion region : values()) {
      if (region.segments.equals(span)) {
        return region;
      }
    }
    return SPINE;
  }

  /**
   * Whether both have a part of the spine in common, so that one may answer for the other: the
   * lumbar spine and the lumbosacral spine do. {@link #SPINE} overlaps with everything.
   */
  public boolean overlaps(SpineRegion other) {
    return segments.chars().anyMatch(segment -> other.segments.indexOf(segment) >= 0);
  }

  /** In words: {@code cervical spine}; {@code spine} when not known. */
  public String display() {
    return display;
  }
}
