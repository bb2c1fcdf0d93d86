package io.spinexr.workshop.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.DataSetSplit.Name;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetSplitTest {
  private static final String HEADER =
      "study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax\n";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void theImagesOfValidationMayLieAmongThoseForTraining() throws IOException {
    Path validation = file("annotations/val.csv", HEADER + "s,e,v,r,No finding,,,,\n");
    file("annotations/train.csv", HEADER + "s,e,t,r,No finding,,,,\n");
    Path inTrain = file("train_images/v.DCM", "");
    file("train_images/t.dicom", "");
    DataSetSplit split = DataSetSplit.of(folder, Name.VAL);

    assertThat(split.annotations()).isEqualTo(validation);
    assertThat(split.files()).containsEntry("v", inTrain);
    assertThat(split.defects()).isEmpty();

    Path own = file("val_images/v.dcm", "");
    file("val_images/readme.txt", "");
    file("val_images/x.dcm", "");
    DataSetSplit withOwn = DataSetSplit.of(folder, Name.VAL);
    assertThat(withOwn.files()).containsEntry("v", own);
    assertThat(withOwn.defects())
        .extracting(Defect::kind, Defect::imageId)
        .containsExactly(tuple(Kind.SEVERAL_FILES, "v"), tuple(Kind.UNANNOTATED_IMAGE, "x"));
    assertThat(DataSetSplit.sharedStudies(validation, AnnotationFile.read(validation, Map.of())))
        .extracting(Defect::text)
        .containsExactly("study s is in train.csv, too");
  }

  @Test
  void aFileNamedDicomComesFirst() throws IOException {
    Path annotations = file("any.csv", HEADER + "s,e,i,r,No finding,,,,\n");
    file("images/i.dcm", "");
    Path dicom = file("images/i.dicom", "");
    assertThat(DataSetSplit.of(folder.resolve("images"), annotations).files())
        .containsEntry("i", dicom);
  }

  @Test
  void sizesLieBesideTheAnnotationsOrAbove() throws IOException {
    Path annotations = folder.resolve("annotations/test.csv");
    assertThat(DataSetSplit.sizesOf(annotations)).isEmpty();
    file("annotations/x", "");
    file("test_meta.csv", "above");
    assertThat(DataSetSplit.sizesOf(annotations))
        .hasValueSatisfying(f -> assertThat(f).hasContent("above"));
    file("annotations/test_meta.csv", "beside");
    assertThat(DataSetSplit.sizesOf(annotations))
        .hasValueSatisfying(f -> assertThat(f).hasContent("beside"));
  }

  @Test
  void saysWhatIsNotThere() throws IOException {
    assertMissing("there is no " + folder.resolve("annotations/test.csv"));
    file("annotations/test.csv", HEADER);
    assertMissing("there is no folder test_images in " + folder);
    assertThatThrownBy(() -> DataSetSplit.of(folder.resolve("none"), folder).files())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none cannot be listed");
  }

  private void assertMissing(String message) {
    assertThatThrownBy(() -> DataSetSplit.of(folder, Name.TEST))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }
}
