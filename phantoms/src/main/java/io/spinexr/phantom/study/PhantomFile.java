package io.spinexr.phantom.study;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.NameBasedUid;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.image.RadiographFile;
import io.spinexr.finding.ImageId;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.View;
import io.spinexr.phantom.hard.HardPhantom;
import io.spinexr.phantom.hard.exposure.XrayUnit;
import java.time.LocalDate;
import java.time.Period;
import java.util.Locale;

/** Phantoms as DICOM files. */
public final class PhantomFile {
  private PhantomFile() {}

  /**
   * The study that a phantom is an image of.
   *
   * @param accessionNumber at most 16 characters
   */
  public record Study(SyntheticPatient patient, String accessionNumber, LocalDate date) {
    /** The study of a phantom that stands alone. */
    public static Study of(long seed) {
      return new Study(
          SyntheticPatient.of(seed),
          "P" + Long.toUnsignedString(seed, 36).toUpperCase(Locale.ROOT),
          day(seed));
    }

    /** The study of a hard phantom, shared by all its images. */
    public static Study of(HardPhantom hard) {
      return new Study(
          SyntheticPatient.of(
              hard.study(), hard.patient().age(), hard.patient().female(), day(hard.study())),
          "H" + Long.toUnsignedString(hard.study(), 36).toUpperCase(Locale.ROOT),
          day(hard.study()));
    }

    private static LocalDate day(long number) {
      return LocalDate.of(2026, 1, 1).plusDays(Math.floorMod(number, 300));
    }

    /** StudyInstanceUID, made from patient and accession number. */
    public String uid() {
      return uidOf("study " + patient.id() + " " + accessionNumber);
    }
  }

  /**
   * The phantom as image number {@code number} of the study, a series of its own.
   *
   * @param number from 1
   */
  public static DicomFile of(Phantom phantom, Study study, int number) {
    SyntheticPatient patient = study.patient();
    String name = phantom.region().name().toLowerCase(Locale.ROOT);
    return new RadiographFile(
            new ImageId(
                study.uid(),
                uidOf("series " + study.uid() + " " + number),
                uidOf("image " + study.uid() + " " + number)),
            new RadiographFile.Patient(
                patient.id(),
                SyntheticPatient.ISSUER,
                patient.dicomName(),
                patient.birthDate(),
                patient.sex()),
            new RadiographFile.Examination(
                study.accessionNumber(),
                "XR " + name + " spine, phantom",
                study.date().atTime(8, 0),
                "",
                bodyPart(phantom),
                number,
                1),
            projection(phantom),
            new RadiographFile.Pixels(
                phantom.pixels().values(),
                phantom.width(),
                phantom.height(),
                phantom.pixels().bits(),
                phantom.pixels().monochrome1(),
                phantom.pixels().spacing()))
        .toDicom();
  }

  /** The phantom as its X-ray unit writes it. */
  public static DicomFile of(HardPhantom hard) {
    return of(hard, Study.of(hard), hard.number());
  }

  /** The phantom as its X-ray unit writes it, in another study. */
  public static DicomFile of(HardPhantom hard, Study study, int number) {
    DicomFile file = of(hard.phantom(), study, number);
    int age = Period.between(study.patient().birthDate(), study.date()).getYears();
    XrayUnit unit = hard.exposure().unit();
    DataSet.Builder dataSet =
        file.dataSet().toBuilder()
            .put(Tag.InstitutionName, unit.institution())
            .put(Tag.Manufacturer, unit.manufacturer())
            .put(Tag.ManufacturerModelName, unit.model())
            .put(Tag.PatientAge, "%03dY".formatted(age))
            .put(Tag.KVP, (int) Math.round(hard.exposure().kilovolts()))
            .remove(Tag.VOILUTFunction)
            .remove(Tag.WindowCenter)
            .remove(Tag.WindowWidth);
    Phantom.Pixels.Window window = hard.phantom().pixels().window();
    if (!window.equals(Phantom.Pixels.Window.NONE)) {
      dataSet.put(Tag.WindowCenter, window.center()).put(Tag.WindowWidth, window.width());
    }
    return new DicomFile(file.transferSyntaxUid(), dataSet.build());
  }

  private static RadiographFile.BodyPart bodyPart(Phantom phantom) {
    return switch (phantom.region()) {
      case CERVICAL -> RadiographFile.BodyPart.CSPINE;
      case THORACIC -> RadiographFile.BodyPart.TSPINE;
      case LUMBAR -> RadiographFile.BodyPart.LSPINE;
    };
  }

  private static RadiographFile.Projection projection(Phantom phantom) {
    if (phantom.view() == View.AP) {
      return RadiographFile.Projection.AP;
    }
    return phantom.facesLeft()
        ? RadiographFile.Projection.LEFT_LATERAL
        : RadiographFile.Projection.RIGHT_LATERAL;
  }

  /** A UID made from a name-based UUID (PS3.5 B.2). */
  private static String uidOf(String name) {
    return NameBasedUid.of("spinexr phantom " + name);
  }
}
