package io.spinexr.workshop.prediction;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.scope.ImageFacts;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a DICOM header tells of an image by which images can be put into groups. */
public enum Attribute {
  SEX,
  /** One of {@code under 18}, {@code 18-39}, {@code 40-59}, {@code 60-79}, {@code 80 or more}. */
  AGE_BAND,
  VIEW,
  BODY_PART,
  MANUFACTURER,
  PHOTOMETRIC_INTERPRETATION,
  BIT_DEPTH;

  private static final int LONGEST = 64;

  /** As a column is named: {@code age_band}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In words: {@code age band}. */
  public String display() {
    return column().replace('_', ' ');
  }

  /**
   * What a header tells; what it does not is left out. Nothing of it names a patient.
   *
   * @param facts of the same header
   */
  static Map<Attribute, String> of(DataSet header, ImageFacts facts) {
    Map<Attribute, Optional<String>> stated = new EnumMap<>(Attribute.class);
    stated.put(SEX, text(header, Tag.PatientSex).map(Attribute::sex));
    stated.put(AGE_BAND, ageBand(facts.ages()));
    stated.put(VIEW, facts.view().map(View::display));
    stated.put(BODY_PART, facts.region().map(SpineRegion::display));
    stated.put(MANUFACTURER, text(header, Tag.Manufacturer));
    stated.put(PHOTOMETRIC_INTERPRETATION, text(header, Tag.PhotometricInterpretation));
    stated.put(BIT_DEPTH, text(header, Tag.BitsStored));
    Map<Attribute, String> attributes = new EnumMap<>(Attribute.class);
    stated.forEach((name, value) -> value.ifPresent(text -> attributes.put(name, text)));
    return attributes;
  }

  private static String sex(String code) {
    return switch (code.toUpperCase(Locale.ROOT)) {
      case "F" -> "female";
      case "M" -> "male";
      default -> "other";
    };
  }

  /** Sources that disagree about the band state none. */
  private static Optional<String> ageBand(Set<Integer> ages) {
    Set<String> bands = ages.stream().map(Attribute::ageBand).collect(Collectors.toSet());
    return bands.size() == 1 ? bands.stream().findFirst() : Optional.empty();
  }

  private static String ageBand(int years) {
    if (years < 18) {
      return "under 18";
    }
    if (years < 40) {
      return "18-39";
    }
    if (years < 60) {
      return "40-59";
    }
    return years < 80 ? "60-79" : "80 or more";
  }

  private static Optional<String> text(DataSet header, int tag) {
    try {
      return header
          .string(tag)
          .map(text -> text.strip().replaceAll("\\s+", " "))
          .filter(text -> !text.isEmpty())
          .map(text -> text.substring(0, Math.min(LONGEST, text.length())));
    } catch (DicomException e) {
      return Optional.empty();
    }
  }
}
