package io.spinexr.archive.study;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.order.SpineCode;
import io.spinexr.study.ExaminationText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells radiographs of the spine from everything else in an archive. */
public final class SpineRadiographs {
  private static final String SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";

  /** Secondary captures that are radiographs: from a digital interface or a digitised film. */
  private static final Set<String> RADIOGRAPH_CONVERSIONS = Set.of("DI", "DF");

  /** Storage classes of objects without an image of their own (PS3.4 annex B.5). */
  private static final List<String> NO_IMAGES =
      List.of(
          "1.2.840.10008.5.1.4.1.1.9", // waveforms
          "1.2.840.10008.5.1.4.1.1.11", // presentation states
          "1.2.840.10008.5.1.4.1.1.66", // raw data, registrations, segmentations
          "1.2.840.10008.5.1.4.1.1.67", // real world value mapping
          "1.2.840.10008.5.1.4.1.1.88", // structured reports, key object selections
          "1.2.840.10008.5.1.4.1.1.104", // encapsulated documents
          "1.2.840.10008.5.1.4.1.1.481"); // radiotherapy

  private final RadiographProperties properties;

  public SpineRadiographs(RadiographProperties properties) {
    this.properties = properties;
  }

  public RadiographProperties properties() {
    return properties;
  }

  /** Whether the study may hold radiographs, by ModalitiesInStudy; an archive may not tell. */
  public boolean mayHold(DataSet study) {
    List<String> modalities = study.strings(Tag.ModalitiesInStudy);
    return modalities.isEmpty()
        || modalities.stream()
            .map(modality -> modality.toUpperCase(Locale.ROOT))
            .anyMatch(properties.modalities()::contains);
  }

  /**
   * Whether a series shows the spine in radiographs. BodyPartExamined decides when it means spine.
   * When it means another part, it may be a modality's wrong default: then the series' own
   * description decides. When it is absent, series description, study description or procedure code
   * decide.
   */
  public boolean contains(DataSet study, DataSet series) {
    return holds(series)
        && (isNamedSpine(series)
            || series.string(Tag.BodyPartExamined).isEmpty() && isStudyOfSpine(study));
  }

  /** Whether a study is said to be one of the spine, whatever else it shows. */
  public boolean isStudyOfSpine(DataSet study) {
    return describesSpine(study.string(Tag.StudyDescription)) || hasSpineCode(study);
  }

  /** Whether the series itself, not only its study, is said to show the spine. */
  public boolean isNamedSpine(DataSet series) {
    return series
            .string(Tag.BodyPartExamined)
            .map(RadiographProperties::plain)
            .filter(properties.bodyParts()::contains)
            .isPresent()
        || describesSpine(series.string(Tag.SeriesDescription));
  }

  /** Whether a series is of radiographs, whatever they show. */
  public boolean holds(DataSet series) {
    return series.code(Tag.Modality).filter(properties.modalities()::contains).isPresent();
  }

  /** Whether a series is of radiographs, and nothing tells of which part of the body. */
  public boolean undescribed(DataSet study, DataSet series) {
    return holds(series)
        && Stream.of(series.string(Tag.BodyPartExamined), series.string(Tag.SeriesDescription))
            .allMatch(Optional::isEmpty)
        && study.string(Tag.StudyDescription).isEmpty()
        && codes(study).findAny().isEmpty();
  }

  private boolean describesSpine(Optional<String> description) {
    return description.filter(this::describesSpine).isPresent();
  }

  public boolean describesSpine(String text) {
    return ExaminationText.of(text).namesSpine()
        || properties.description().filter(pattern -> pattern.matcher(text).find()).isPresent();
  }

  private boolean hasSpineCode(DataSet study) {
    return codes(study)
        .anyMatch(
            code -> SpineCode.isRadiography(code) || properties.procedureCodes().contains(code));
  }

  private static Stream<String> codes(DataSet study) {
    return Stream.of(Tag.ProcedureCodeSequence, Tag.RequestedProcedureCodeSequence)
        .flatMap(tag -> study.sequence(tag).stream())
        .flatMap(code -> code.string(Tag.CodeValue).stream());
  }

  /** Whether an instance can be a radiograph, by its SOP class; an archive may not tell. */
  public boolean mayBeImage(Optional<String> sopClassUid) {
    return sopClassUid.isEmpty()
        || NO_IMAGES.stream()
            .noneMatch(
                family ->
                    sopClassUid.get().equals(family) || sopClassUid.get().startsWith(family + "."));
  }

  /** Whether an image is a screen capture, a scanned form or a drawing instead of a radiograph. */
  public boolean isOtherCapture(DataSet image) {
    return image
            .string(Tag.SOPClassUID)
            .filter(uid -> uid.equals(SECONDARY_CAPTURE) || uid.startsWith(SECONDARY_CAPTURE + "."))
            .isPresent()
        && image.code(Tag.ConversionType).filter(RADIOGRAPH_CONVERSIONS::contains).isEmpty();
  }
}
