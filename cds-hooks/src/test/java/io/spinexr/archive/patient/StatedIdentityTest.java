package io.spinexr.archive.patient;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatedIdentityTest {
  private static StatedIdentity of(String birthDate, String sex) {
    return StatedIdentity.of(
        DataSet.builder().put(Tag.PatientBirthDate, birthDate).put(Tag.PatientSex, sex).build());
  }

  @ParameterizedTest
  @CsvSource({
    "19481025, F, 1948-10-25, F, true",
    "19481025, F, 1948-10-25, M, false",
    "19481025, F, 1971-03-03, F, false",
    "1948, f, 1948-10-25, F, true",
    "00000000, '', 1948-10-25, F, true",
    "sometime, F, 1948-10-25, F, false",
    "'19481025|x', F, 1948-10-25, F, false",
    "sometime, F, '', F, true"
  })
  void saysTheSameAfterItWasStored(
      String birthDate, String sex, String askedBirth, String askedSex, boolean canBe) {
    StatedIdentity stated = of(birthDate, sex);
    Optional<BirthDate> asked = BirthDate.parse(askedBirth);

    assertThat(stated.canBe(asked, Optional.of(askedSex))).isEqualTo(canBe);
    assertThat(StatedIdentity.parse(StatedIdentity.text(Set.of(stated))))
        .singleElement()
        .matches(read -> read.canBe(asked, Optional.of(askedSex)) == canBe);
  }

  @Test
  void takesMoreThanCanBeStoredForNobodys() {
    Set<StatedIdentity> many =
        IntStream.range(1000, 2000)
            .mapToObj(day -> of("1948" + day, "F"))
            .collect(Collectors.toSet());

    assertThat(StatedIdentity.parse(StatedIdentity.text(many)))
        .singleElement()
        .matches(read -> !read.canBe(BirthDate.parse("1948"), Optional.empty()));
  }
}
