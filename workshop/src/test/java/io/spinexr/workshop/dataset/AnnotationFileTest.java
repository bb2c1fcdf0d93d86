package io.spinexr.workshop.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationFileTest {
  private static final String HEADER =
      "study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax\n";

  @TempDir Path folder;

  private Annotations read(String text) {
    return read(text, Map.of());
  }

  private Annotations read(String text, Map<String, ImageSize> sizes) {
    try {
      return AnnotationFile.read(Files.writeString(folder.resolve("train.csv"), text), sizes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static AnnotatedLesion lesion(
      LesionType type, double xMin, double yMin, double xMax, double yMax, String annotator) {
    return new AnnotatedLesion(type, new BoundingBox(xMin, yMin, xMax, yMax), annotator);
  }

  private static final List<AnnotatedImage> TWO_IMAGES =
      List.of(
          new AnnotatedImage(
              "s1",
              "e1",
              "i1",
              true,
              List.of(
                  lesion(LesionType.SPONDYLOLISTHESIS, 10.5, 20, 30, 40, "rad1"),
                  lesion(LesionType.OSTEOPHYTES, 1, 2, 3, 4, "rad3"))),
          new AnnotatedImage("s2", "e2", "i2", false, List.of()));

  @Test
  void readsTheLayoutOfTheDataSet() {
    Annotations read =
        read(
            HEADER
                + "s1,e1,i1,rad1,Spondylolysthesis,10.5,20,30,40\n"
                + "s2,e2,i2,rad2,No finding,,,,\n"
                + "s1,e1,i1,rad3,Osteophytes,1,2,3,4\n");
    assertThat(read.images()).isEqualTo(TWO_IMAGES);
    assertThat(read.studies()).containsExactly(Map.entry("i1", "s1"), Map.entry("i2", "s2"));
    assertThat(read.defects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void readsWhatSpreadsheetsAndDataFramesMakeOfIt(String delimiter) {
    String decimal = delimiter.equals(";") ? "10,5" : "10.5";
    String text =
        "\uFEFF,Image_ID,LESION_TYPE,xmax,ymax,xmin,ymin,Rad_Id,series_id,study_id,more\r\n"
            + "0,i1,spondylolisthesis,30,40,DECIMAL,20,rad1,e1,s1,x\r\n"
            + "1,i1,OSTEOPHYTES,3,4,1,2,rad3,e1,s1,x\r\n"
            + "2,i2,no finding,,,,,rad2,e2,s2,x\r\n";
    Annotations read = read(text.replace(",", delimiter).replace("DECIMAL", decimal));
    assertThat(read.images()).isEqualTo(TWO_IMAGES);
    assertThat(read.defects()).isEmpty();
  }

  @Test
  void dropsABoxWithoutAreaButTheImageStaysAbnormal() {
    Annotations read = read(HEADER + "s,e,i,r,Osteophytes,10,10,10.0005,20\n");
    assertThat(read.images().get(0).abnormal()).isTrue();
    assertThat(read.images().get(0).lesions()).isEmpty();
    assertThat(kinds(read)).containsExactly(Kind.EMPTY_BOX);
  }

  @Test
  void cutsBoxesToTheImageAndTellsWhatLiesOutside() {
    Annotations read =
        read(
            HEADER
                + "s,e,i,r,Osteophytes,-3,-0.5,10,20\n"
                + "s,e,i,r,Osteophytes,90,180,101,205\n"
                + "s,e,i,r,Osteophytes,100,180,120,190\n"
                + "s,e,i,r,Osteophytes,0,0,100,200\n",
            Map.of("i", new ImageSize(100, 200)));
    assertThat(read.images().get(0).lesions())
        .extracting(AnnotatedLesion::box)
        .containsExactly(
            new BoundingBox(0, 0, 10, 20),
            new BoundingBox(90, 180, 100, 200),
            new BoundingBox(0, 0, 100, 200));
    assertThat(read.defects())
        .extracting(Defect::kind, Defect::line)
        .containsExactly(
            tuple(Kind.CLIPPED_BOX, 2L), tuple(Kind.CLIPPED_BOX, 3L), tuple(Kind.OUTSIDE_BOX, 4L));
  }

  @Test
  void aRowThatStandsTwiceCountsOnce() {
    Annotations read =
        read(
            HEADER
                + "s,e,i,r1,Osteophytes,1,2,3,4\n"
                + "s,e,i,r1,Osteophytes,1.0,2,3,4\n"
                + "s,e,i,r2,Osteophytes,1,2,3,4\n"
                + "s,e,i,r1,Fracture,1,2,3,4\n"
                + "s,e,n,r1,No finding,,,,\n"
                + "s,e,n,r2,No finding,,,,\n"
                + "s,e,n,r1,No finding,,,,\n");
    assertThat(read.images()).hasSize(2);
    assertThat(read.images().get(0).lesions()).hasSize(2);
    assertThat(read.defects())
        .extracting(Defect::kind, Defect::line)
        .containsExactly(
            tuple(Kind.DUPLICATE_ROW, 3L),
            tuple(Kind.DUPLICATE_ROW, 4L),
            tuple(Kind.DUPLICATE_ROW, 8L));
  }

  @Test
  void leavesOutAnImageWhoseRowsContradictEachOther() {
    String lesion = "s,e,i,r1,Osteophytes,1,2,3,4\n";
    String none = "s,e,i,r2,No finding,,,,\n";
    for (String rows : List.of(lesion + none, none + lesion)) {
      assertLeftOut(rows, 3, Kind.CONTRADICTION, "it has \"No finding\" and a lesion");
    }
    assertLeftOut("s,e,i,r,No finding,1,2,3,4\n", 2, Kind.CONTRADICTION, "has a box");
    assertLeftOut(
        none + "t,e,i,r,No finding,,,,\n", 3, Kind.TWO_STUDIES, "to study t here, but to s above");
  }

  @Test
  void leavesOutAnImageWithARowThatCannotBeRead() {
    assertLeftOut("s,e,i,r,Osteophytes,1,2,x,4\n", 2, Kind.BROKEN_ROW, "not four numbers");
    assertLeftOut("s,e,i,r,Osteophytes,,,,\n", 2, Kind.BROKEN_ROW, "not four numbers");
    assertLeftOut("s,e,i,r,Osteophytes,NaN,2,3,4\n", 2, Kind.BROKEN_ROW, "not four numbers");
    assertLeftOut("s,e,i,r,Osteophytes,5,2,3,4\n", 2, Kind.BROKEN_ROW, "xmin must not exceed");
    assertLeftOut("s,e,i,r,,5,2,3,4\n", 2, Kind.BROKEN_ROW, "lesion_type is empty");
    assertLeftOut("s,e,i\n", 2, Kind.BROKEN_ROW, "as many cells");
    assertLeftOut("s,e,i,r,Osteophytes,1,2,3,4,5\n", 2, Kind.BROKEN_ROW, "as many cells");
  }

  private void assertLeftOut(String rows, long line, Kind kind, String text) {
    Annotations read = read(HEADER + rows + "s,e,good,r,No finding,,,,\n");
    assertThat(read.images()).extracting(AnnotatedImage::imageId).containsExactly("good");
    assertThat(read.studies()).containsOnlyKeys("i", "good");
    assertThat(read.defects())
        .singleElement()
        .satisfies(
            defect -> {
              assertThat(defect.kind()).isEqualTo(kind);
              assertThat(defect.sentence())
                  .startsWith("train.csv line " + line + ": image i: ")
                  .contains(text)
                  .endsWith("(image left out)");
            });
  }

  @Test
  void leavesOutRowsThatAreAboutNoImageOrNoKnownLesion() {
    Annotations read =
        read(
            HEADER
                + "s,e,\"i\n1\",r,Osteofites,1,2,3,4\n"
                + "\n"
                + "s,e,,r,No finding,,,,\n"
                + ",e,j,r,No finding,,,,");
    assertThat(read.images())
        .extracting(AnnotatedImage::imageId, AnnotatedImage::studyId, AnnotatedImage::abnormal)
        .containsExactly(tuple("i\n1", "s", true), tuple("j", "j", false));
    assertThat(read.defects())
        .extracting(Defect::kind, Defect::line)
        .containsExactly(
            tuple(Kind.UNKNOWN_TYPE, 3L), tuple(Kind.NAMELESS_ROW, 5L), tuple(Kind.NO_STUDY, 6L));
    assertThat(read.defects().get(0).text()).contains("Osteofites", "Spondylolysthesis");
  }

  private static List<Kind> kinds(Annotations read) {
    return read.defects().stream().map(Defect::kind).toList();
  }

  @Test
  void refusesWhatIsNoTable() throws IOException {
    assertWrong("study_id,image_id\n", "line 1: the header must name the columns");
    assertWrong("", "line 1: the header must name the columns");
    assertWrong(HEADER + "s,e,\"i,r,No finding,,,,\n", "cannot be read as CSV");
    Path latin = folder.resolve("latin.csv");
    Files.writeString(latin, HEADER + "s,e,é,r,No finding,,,,\n", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> AnnotationFile.read(latin, Map.of()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("latin.csv cannot be read as text: save it as UTF-8");
  }

  private void assertWrong(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("train.csv")
        .hasMessageContaining(message);
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> AnnotationFile.read(folder.resolve("none.csv"), Map.of()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none.csv");
  }

  @Test
  void refusesToWriteWhatTheLayoutCannotSay() {
    AnnotatedImage image = new AnnotatedImage("s", "e", "i", true, List.of());
    assertThatThrownBy(() -> AnnotationFile.write(folder.resolve("x.csv"), List.of(image), "r"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image i");
  }

  @Test
  void leavesOutImageSizesThatAreWrong() throws IOException {
    Path file = folder.resolve("test_meta.csv");
    Files.writeString(
        file, "image_id,image_height,image_width\na,10.0,20\nb,1.5,3\na,1,3\n,1,3\nc,1\n");
    List<Defect> defects = new ArrayList<>();
    assertThat(ImageSizeFile.read(file, defects::add))
        .containsExactly(Map.entry("a", new ImageSize(20, 10)));
    assertThat(defects)
        .extracting(Defect::kind, Defect::line, Defect::text)
        .containsExactly(
            tuple(
                Kind.BROKEN_SIZE,
                3L,
                "image_height must be a whole number of pixels, but is \"1.5\""),
            tuple(Kind.BROKEN_SIZE, 4L, "the image has a size already"),
            tuple(Kind.BROKEN_SIZE, 5L, "image_id is empty"),
            tuple(Kind.BROKEN_SIZE, 6L, "it does not have as many cells as the header"));
  }

  /** Python's csv module as the reference for RFC 4180. */
  @Nested
  class AgainstPython {
    private static final String PYTHON = "/usr/bin/python3";

    private static final List<AnnotatedImage> IMAGES =
        List.of(
            new AnnotatedImage("s,1", "e\"quoted\"", "i\nline", false, List.of()),
            new AnnotatedImage(
                "s2",
                "e2",
                "ảnh 2",
                true,
                List.of(
                    lesion(
                        LesionType.SPONDYLOLISTHESIS, 1.0 / 3, 2, 1234.56789, 1e-3 + 3, "phantom"),
                    lesion(LesionType.OTHER_LESIONS, 0, 0, 5, 5, "phantom"))));

    @BeforeAll
    static void needsPython() {
      if (System.getenv("CI") == null) {
        assumeThat(Files.isExecutable(Path.of(PYTHON)))
            .as("install Debian's python3 to run this test")
            .isTrue();
      }
    }

    private String python(String script, Path file) throws IOException, InterruptedException {
      Process process =
          new ProcessBuilder(PYTHON, "-c", script, file.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return output;
    }

    @Test
    void pythonReadsWhatIsWritten() throws Exception {
      Path file = folder.resolve("written.csv");
      AnnotationFile.write(file, IMAGES, "phantom");
      String rows =
          python(
              """
              import csv, sys
              sys.stdout.reconfigure(encoding="utf-8")
              rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
              assert list(rows[0]) == ["study_id", "series_id", "image_id", "rad_id",
                                       "lesion_type", "xmin", "ymin", "xmax", "ymax"]
              for r in rows:
                  box = [float(r[k]) if r[k] else None for k in ("xmin", "ymin", "xmax", "ymax")]
                  print([r["study_id"], r["series_id"], r["image_id"], r["rad_id"],
                         r["lesion_type"]] + box)
              """,
              file);
      assertThat(rows)
          .isEqualTo(
              """
              ['s,1', 'e"quoted"', 'i\\nline', 'phantom', 'No finding', None, None, None, None]
              ['s2', 'e2', 'ảnh 2', 'phantom', 'Spondylolysthesis', 0.3333333333333333, 2.0, 1234.56789, 3.001]
              ['s2', 'e2', 'ảnh 2', 'phantom', 'Other lesions', 0.0, 0.0, 5.0, 5.0]
              """);
    }

    @Test
    void whatPythonWritesReadsBack() throws Exception {
      Path file = folder.resolve("rewritten.csv");
      AnnotationFile.write(file, IMAGES, "phantom");
      python(
          """
          import csv, sys
          rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
          csv.writer(open(sys.argv[1], "w", encoding="utf-8", newline=""),
                     quoting=csv.QUOTE_ALL).writerows(rows)
          """,
          file);
      assertThat(AnnotationFile.read(file, Map.of()).images()).isEqualTo(IMAGES);
    }

    @Test
    void imageSizesComeBackThroughPython() throws Exception {
      Path file = folder.resolve("train_meta.csv");
      Map<String, ImageSize> sizes = new LinkedHashMap<>();
      sizes.put("a,b", new ImageSize(1606, 2455));
      sizes.put("c", new ImageSize(1, 2));
      ImageSizeFile.write(file, sizes);
      assertThat(
              python(
                  """
                  import csv, sys
                  for r in csv.DictReader(open(sys.argv[1], newline="")):
                      print(r["image_id"], r["image_height"], r["image_width"])
                  """,
                  file))
          .isEqualTo("a,b 2455 1606\nc 2 1\n");
      assertThat(ImageSizeFile.read(file, defect -> {})).isEqualTo(sizes);
    }
  }
}
