package io.spinexr.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.order.OrderNumbers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StudyNumbersTest {
  @Test
  void comparesNumbersWithoutTheSpaceAroundThem() {
    DataSet study =
        DataSet.builder()
            .put(Tag.AccessionNumber, " A1 ")
            .put(Tag.PlacerOrderNumberImagingServiceRequest, "P1  ")
            .build();
    StudyNumbers stated = StudyNumbers.of(List.of(study));

    assertThat(stated.relationTo(new OrderNumbers(Optional.of("A1 "), Optional.empty())))
        .isEqualTo(StudyNumbers.Relation.SAME);
    assertThat(stated.relationTo(new OrderNumbers(Optional.empty(), Optional.of(" P1"))))
        .isEqualTo(StudyNumbers.Relation.SAME);
    assertThat(StudyNumbers.of(List.of(DataSet.builder().put(Tag.AccessionNumber, " ").build())))
        .matches(none -> !none.any());
  }

  @Test
  void readsTheNumbersOfEveryRequest() {
    DataSet series =
        DataSet.builder()
            .putItems(
                Tag.RequestAttributesSequence,
                List.of(
                    DataSet.builder()
                        .put(Tag.AccessionNumber, "A1")
                        .put(Tag.RequestedProcedureID, "R1")
                        .build(),
                    DataSet.builder()
                        .put(Tag.AccessionNumber, "A2")
                        .put(Tag.PlacerOrderNumberImagingServiceRequest, "P2")
                        .build()))
            .build();

    assertThat(StudyNumbers.of(List.of(DataSet.builder().build(), series)))
        .isEqualTo(new StudyNumbers(Set.of("A1", "A2"), Set.of("P2")));
  }

  @Test
  void readsNoNumberFromWhatHoldsSomethingElse() {
    DataSet broken =
        DataSet.builder()
            .putItems(Tag.AccessionNumber, List.of())
            .put(Tag.RequestAttributesSequence, VR.LO, List.of("A1"))
            .put(Tag.PlacerOrderNumberImagingServiceRequest, "P1")
            .build();

    assertThat(StudyNumbers.of(List.of(broken)))
        .isEqualTo(new StudyNumbers(Set.of(), Set.of("P1")));
  }
}
