package io.spinexr.finding;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The vocabulary of findings: the 13 lesion types annotated in VinDr-SpineXR. Which of them a
 * detector knows, and in which order, its model says.
 */
public enum LesionType {
  ANKYLOSIS("Ankylosis"),
  DISC_SPACE_NARROWING("Disc space narrowing"),
  ENTHESOPHYTES("Enthesophytes"),
  FORAMINAL_STENOSIS("Foraminal stenosis"),
  FRACTURE("Fracture"),
  OSTEOPHYTES("Osteophytes"),
  SCLEROTIC_LESION("Sclerotic lesion"),
  /** Spelt "Spondylolysthesis" in the data set. */
  SPONDYLOLISTHESIS("Spondylolisthesis"),
  SUBCHONDRAL_SCLEROSIS("Subchondral sclerosis"),
  SURGICAL_IMPLANT("Surgical implant"),
  VERTEBRAL_COLLAPSE("Vertebral collapse"),
  FOREIGN_BODY("Foreign body"),
  OTHER_LESIONS("Other lesions");

  /**
   * What the reference implementation's detector knows, in its class order: the labels of published
   * weights, and what the demo models are trained on.
   */
  public static final List<LesionType> REFERENCE_LABELS =
      List.of(
          OSTEOPHYTES,
          SURGICAL_IMPLANT,
          SPONDYLOLISTHESIS,
          FORAMINAL_STENOSIS,
          DISC_SPACE_NARROWING,
          VERTEBRAL_COLLAPSE,
          OTHER_LESIONS);

  private final String display;

  LesionType(String display) {
    this.display = display;
  }

  /** The medical name, for people: {@code Disc space narrowing}. */
  public String display() {
    return display;
  }

  /** The stable code, for machines: {@code disc-space-narrowing}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name as the data set's annotation files spell it. */
  public String dataSetName() {
    return this == SPONDYLOLISTHESIS ? "Spondylolysthesis" : display;
  }

  /** The type with this code, display or data set name, in any case; empty if there is none. */
  public static Optional<LesionType> named(String name) {
    return Arrays.stream(values())
        .filter(
            type ->
                type.display.equalsIgnoreCase(name)
                    || type.code().equalsIgnoreCase(name)
                    || type.dataSetName().equalsIgnoreCase(name))
        .findFirst();
  }
}
