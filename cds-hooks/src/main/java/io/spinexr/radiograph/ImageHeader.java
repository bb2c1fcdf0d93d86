package io.spinexr.radiograph;

import io.spinexr.archive.patient.DicomDates;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import io.spinexr.scope.ImageFacts;
import io.spinexr.scope.Scope;
import io.spinexr.scope.Species;
import io.spinexr.scope.View;
import io.spinexr.study.ExaminationText;
import io.spinexr.study.SpineRegion;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a DICOM header states of whom and what an image shows. What cannot be read states nothing.
 */
final class ImageHeader {
  /** VR AS (PS3.5 section 6.2): {@code 018Y}. */
  private static final Pattern AGE = Pattern.compile("(\\d{1,3})([DWMY])");

  /** What a reason may repeat; a text that is no code states nothing. */
  private static final Pattern MODALITY = Pattern.compile("[A-Z]{1,16}");

  /** Words that stand where nothing is known. */
  private static final Set<String> NOTHING =
      Set.of("", "unknown", "unspecified", "none", "na", "other", "u");

  private static final Pattern HUMAN = Pattern.compile("(human|humain|uman|mensch|homosapiens).*");

  /** Homo sapiens in SNOMED CT and in SNOMED RT (PS3.16 CID 7454). */
  private static final Set<String> HUMAN_CODES = Set.of("337915000", "L-85B00");

  /** PS3.3 section C.7.1.1: an animal's, never a human's. */
  private static final Set<String> ANIMAL_ROLES = Set.of("OWNER", "VETERINARIAN");

  /**
   * Values of BodyPartExamined (PS3.16 annex L) that name none of the spine, beside those that the
   * words of examinations tell.
   */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "ACJOINT",
          "ARM",
          "CALCANEUS",
          "CLAVICLE",
          "EXTREMITY",
          "EYE",
          "HEAD",
          "HEART",
          "LEG",
          "LOWERLEG",
          "NOSE",
          "ORBIT",
          "PATELLA",
          "SCAPULA",
          "STERNUM",
          "THIGH",
          "THUMB",
          "TMJOINT",
          "TOE",
          "UPPERARM",
          "ZYGOMA");

  private final SpineRadiographs radiographs;

  ImageHeader(SpineRadiographs radiographs) {
    this.radiographs = radiographs;
  }

  /**
   * What is stated of an image.
   *
   * @param study its attributes as the archive lists them; the image's if it lists none
   * @param series the same
   */
  ImageFacts facts(DataSet study, DataSet series, DataSet image) {
    boolean spine = isSpine(study, series, image);
    return new ImageFacts(
        ages(image),
        spine ? Optional.of(region(study, series, image)) : Optional.empty(),
        !spine && isElsewhere(image),
        view(image),
        text(image, Tag.Modality)
            .map(code -> code.toUpperCase(Locale.ROOT))
            .filter(MODALITY.asMatchPredicate()),
        radiographs.isOtherCapture(image),
        species(image),
        size(image));
  }

  /**
   * Whoever names the spine outweighs whoever names another part, the archive's list the header,
   * the series its study.
   */
  private boolean isSpine(DataSet study, DataSet series, DataSet image) {
    return radiographs.isNamedSpine(series)
        || radiographs.isNamedSpine(image)
        || meanings(image, Tag.AnatomicRegionSequence).stream()
            .anyMatch(radiographs::describesSpine)
        || !parts(image).anyMatch(ImageHeader::isElsewhere)
            && (tellsSpine(study, series, image) || tellsSpine(image, series, image));
  }

  /** A study that shows another part, too, says nothing of a series that names that part. */
  private boolean tellsSpine(DataSet study, DataSet series, DataSet image) {
    return radiographs.isStudyOfSpine(study)
        && !(names(study, Tag.StudyDescription, ExaminationText::namesElsewhere)
            && Stream.of(series, image)
                .anyMatch(
                    one -> names(one, Tag.SeriesDescription, ExaminationText::namesElsewhere)));
  }

  private static boolean names(DataSet dataSet, int tag, Predicate<ExaminationText> what) {
    return text(dataSet, tag).map(ExaminationText::of).filter(what).isPresent();
  }

  private static boolean isElsewhere(DataSet image) {
    return Stream.concat(
            parts(image),
            Stream.of(Tag.SeriesDescription, Tag.StudyDescription)
                .flatMap(tag -> text(image, tag).stream()))
        .anyMatch(ImageHeader::isElsewhere);
  }

  private static Stream<String> parts(DataSet image) {
    return Stream.concat(
        text(image, Tag.BodyPartExamined).stream(),
        meanings(image, Tag.AnatomicRegionSequence).stream());
  }

  private static boolean isElsewhere(String text) {
    ExaminationText words = ExaminationText.of(text);
    return ELSEWHERE.contains(RadiographProperties.plain(text))
        || words.namesElsewhere() && !words.namesSpine();
  }

  /** The part of the spine that the nearest description names. */
  private static SpineRegion region(DataSet study, DataSet series, DataSet image) {
    return Stream.of(
            text(series, Tag.BodyPartExamined).stream(),
            text(series, Tag.SeriesDescription).stream(),
            parts(image),
            text(image, Tag.SeriesDescription).stream(),
            text(study, Tag.StudyDescription).stream(),
            text(image, Tag.StudyDescription).stream())
        .flatMap(texts -> texts)
        .flatMap(text -> ExaminationText.of(text).region().stream())
        .findFirst()
        .orElse(SpineRegion.SPINE);
  }

  /**
   * By PatientAge and by birth date, which need not agree; both where a part of it is missing. What
   * nobody lives to see, such as 999 years, stands for an age that is not known.
   */
  private static Set<Integer> ages(DataSet image) {
    Set<Integer> ages = new HashSet<>();
    text(image, Tag.PatientAge)
        .map(text -> AGE.matcher(text.toUpperCase(Locale.ROOT)))
        .filter(Matcher::matches)
        .ifPresent(age -> ages.add(years(Integer.parseInt(age.group(1)), age.group(2))));
    Optional<LocalDate> taken =
        Stream.of(Tag.StudyDate, Tag.SeriesDate, Tag.AcquisitionDate, Tag.ContentDate)
            .flatMap(tag -> DicomDates.date(image, tag).stream())
            .findFirst();
    Optional<BirthDate> born = text(image, Tag.PatientBirthDate).flatMap(DicomDates::birthDate);
    if (taken.isPresent() && born.isPresent()) {
      for (LocalDate day : List.of(first(born.get()), last(born.get()))) {
        if (!day.isAfter(taken.get())) {
          ages.add(Period.between(day, taken.get()).getYears());
        }
      }
    }
    ages.removeIf(age -> age > Scope.OLDEST);
    return ages;
  }

  private static int years(int number, String unit) {
    return switch (unit) {
      case "Y" -> number;
      case "M" -> number / 12;
      case "W" -> number * 7 / 365;
      default -> number / 365;
    };
  }

  private static LocalDate first(BirthDate date) {
    return LocalDate.of(date.year(), Math.max(1, date.month()), Math.max(1, date.day()));
  }

  private static LocalDate last(BirthDate date) {
    YearMonth month = YearMonth.of(date.year(), date.month() == 0 ? 12 : date.month());
    return date.day() == 0 ? month.atEndOfMonth() : month.atDay(date.day());
  }

  /** By View Position, else by the view's code in words. */
  private static Optional<View> view(DataSet image) {
    return Stream.concat(
            text(image, Tag.ViewPosition).stream(), meanings(image, Tag.ViewCodeSequence).stream())
        .map(RadiographProperties::plain)
        .flatMap(text -> view(text).stream())
        .findFirst();
  }

  /** PS3.3 section C.8.7.5.1.1: of a patient who lies on the side it does not tell the view. */
  private static Optional<View> view(String position) {
    return Optional.ofNullable(
        switch (position) {
          case "AP", "ANTEROPOSTERIOR" -> View.AP;
          case "PA", "POSTEROANTERIOR" -> View.PA;
          case "LL", "RL", "LAT", "LATERAL", "LEFTLATERAL", "RIGHTLATERAL" -> View.LATERAL;
          case "LLO", "RLO", "OBL" -> View.OBLIQUE;
          default -> position.endsWith("OBLIQUE") ? View.OBLIQUE : null;
        });
  }

  /** Only an animal's header needs to state a species (PS3.3 section C.7.1.1). */
  private static Species species(DataSet image) {
    List<String> codes =
        items(image, Tag.PatientSpeciesCodeSequence).stream()
            .flatMap(code -> text(code, Tag.CodeValue).stream())
            .toList();
    List<String> species =
        Stream.concat(
                text(image, Tag.PatientSpeciesDescription).stream(),
                meanings(image, Tag.PatientSpeciesCodeSequence).stream())
            .map(ImageHeader::letters)
            .filter(text -> !NOTHING.contains(text))
            .toList();
    if (codes.stream().anyMatch(HUMAN_CODES::contains)
        || species.stream().anyMatch(HUMAN.asMatchPredicate())) {
      return Species.HUMAN;
    }
    boolean animal =
        !codes.isEmpty()
            || !species.isEmpty()
            || text(image, Tag.PatientBreedDescription)
                .map(ImageHeader::letters)
                .filter(text -> !NOTHING.contains(text))
                .isPresent()
            || text(image, Tag.PatientSexNeutered).isPresent()
            || text(image, Tag.ResponsiblePersonRole).filter(ANIMAL_ROLES::contains).isPresent();
    return animal ? Species.ANIMAL : Species.HUMAN;
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
  }

  private static Optional<Integer> size(DataSet image) {
    OptionalInt rows = number(image, Tag.Rows);
    OptionalInt columns = number(image, Tag.Columns);
    return rows.isPresent() && columns.isPresent()
        ? Optional.of(Math.min(rows.getAsInt(), columns.getAsInt()))
        : Optional.empty();
  }

  private static OptionalInt number(DataSet image, int tag) {
    try {
      return image.integer(tag);
    } catch (DicomException e) {
      return OptionalInt.empty();
    }
  }

  private static List<String> meanings(DataSet image, int sequence) {
    return items(image, sequence).stream()
        .flatMap(code -> text(code, Tag.CodeMeaning).stream())
        .toList();
  }

  private static List<DataSet> items(DataSet image, int sequence) {
    try {
      return image.sequence(sequence);
    } catch (DicomException e) {
      return List.of();
    }
  }

  private static Optional<String> text(DataSet image, int tag) {
    try {
      return image.string(tag).map(String::strip).filter(text -> !text.isEmpty());
    } catch (DicomException e) {
      return Optional.empty();
    }
  }
}
