package io.spinexr.archive.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.service.Hospital;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RejectionNoteTest {
  private final PhantomFile.Study study = Hospital.study(Hospital.newPatient());
  private final DicomFile own = Hospital.image(study, 1);
  private final DicomFile other = Hospital.image(Hospital.study(study.patient()), 1);

  private Optional<RejectionNote> read(DataSet document) {
    return RejectionNote.of(document, study.uid());
  }

  private static String uid(DicomFile file) {
    return file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  @Test
  void takesBackTheImagesOfItsOwnStudyOnly() {
    assertThat(read(KeyObjects.about("113038", own, other).dataSet()))
        .hasValueSatisfying(
            note -> {
              assertThat(note.reason()).isEqualTo(Rejection.WRONG_WORKLIST_ENTRY);
              assertThat(note.instances()).containsExactly(uid(own));
            });
  }

  @Test
  void readsImagesFromItsEvidenceOrItsContent() {
    DataSet note = KeyObjects.about("113001", own).dataSet();
    DataSet evidence = note.toBuilder().remove(Tag.ContentSequence).build();
    DataSet content =
        note.toBuilder().remove(Tag.CurrentRequestedProcedureEvidenceSequence).build();

    assertThat(List.of(evidence, content))
        .allSatisfy(
            one -> assertThat(read(one).orElseThrow().instances()).containsExactly(uid(own)));
  }

  @Test
  void isNoneUnderAnotherTitleSchemeOrClass() {
    DataSet note = KeyObjects.about("113001", own).dataSet();
    DataSet concept = note.sequence(Tag.ConceptNameCodeSequence).get(0);
    DataSet local = concept.toBuilder().put(Tag.CodingSchemeDesignator, "99LOCAL").build();

    assertThat(read(KeyObjects.about("113039", own).dataSet())).isEmpty();
    assertThat(read(KeyObjects.about("113010", own).dataSet())).isEmpty();
    assertThat(read(note.toBuilder().putItems(Tag.ConceptNameCodeSequence, List.of(local)).build()))
        .isEmpty();
    assertThat(read(note.toBuilder().put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.88.11").build()))
        .isEmpty();
  }
}
