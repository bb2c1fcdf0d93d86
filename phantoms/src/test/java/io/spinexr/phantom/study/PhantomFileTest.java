package io.spinexr.phantom.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.phantom.hard.HardGenerator;
import io.spinexr.phantom.hard.HardPhantom;
import io.spinexr.phantom.hard.Population;
import io.spinexr.phantom.hard.Site;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhantomFileTest {
  private static HardPhantom hard(Site site, long seed) {
    return new HardGenerator(new Population(List.of(site.unit()), 18, 90, 0.5)).generate(seed, 0.3);
  }

  @ParameterizedTest
  @EnumSource(Site.class)
  void aHardPhantomSaysWhereAndOfWhomItWasTaken(Site site) {
    HardPhantom hard = hard(site, 8);
    DataSet file = PhantomFile.of(hard).dataSet();
    assertThat(file.string(Tag.InstitutionName)).hasValue(site.unit().institution());
    assertThat(file.string(Tag.Manufacturer)).hasValue(site.unit().manufacturer());
    assertThat(file.string(Tag.ManufacturerModelName)).hasValue(site.unit().model());
    assertThat(file.integer(Tag.BitsStored)).hasValue(site.unit().bits());
    assertThat(file.string(Tag.PhotometricInterpretation))
        .hasValue(site.unit().monochrome1() ? "MONOCHROME1" : "MONOCHROME2");
    assertThat(file.string(Tag.PatientSex)).hasValue(hard.patient().female() ? "F" : "M");
    assertThat(file.decimal(Tag.KVP).orElseThrow()).isBetween(60.0, 95.0);
    assertThat(file.contains(Tag.WindowCenter)).isEqualTo(site != Site.RURAL);
    assertThat(file.string(Tag.PatientAge)).hasValue("%03dY".formatted(hard.patient().age()));
    assertThat(Period.between(date(file, Tag.PatientBirthDate), date(file, Tag.StudyDate)))
        .hasYears(hard.patient().age());
  }

  private static LocalDate date(DataSet file, int tag) {
    return LocalDate.parse(file.string(tag).orElseThrow(), DateTimeFormatter.BASIC_ISO_DATE);
  }

  @ParameterizedTest
  @EnumSource(Site.class)
  void decodingAHardPhantomsFileGivesItsGrayscaleImage(Site site) {
    for (long seed = 20; seed < 26; seed++) {
      HardPhantom hard = hard(site, seed);
      DicomFile file = PhantomFile.of(hard);
      assertThat(new RadiographDecoder().decode(file).image().pixels())
          .isEqualTo(hard.phantom().grayscale().pixels());
    }
  }

  @Test
  void bothImagesOfAHardStudyAreOneStudyOfOnePatient() {
    DataSet first = PhantomFile.of(hard(Site.HOSPITAL, 10)).dataSet();
    DataSet second = PhantomFile.of(hard(Site.HOSPITAL, 11)).dataSet();
    for (int tag : new int[] {Tag.StudyInstanceUID, Tag.PatientID, Tag.AccessionNumber}) {
      assertThat(second.string(tag)).isEqualTo(first.string(tag)).isPresent();
    }
    for (int tag : new int[] {Tag.SeriesInstanceUID, Tag.SOPInstanceUID, Tag.ViewPosition}) {
      assertThat(second.string(tag)).isNotEqualTo(first.string(tag)).isPresent();
    }
  }
}
