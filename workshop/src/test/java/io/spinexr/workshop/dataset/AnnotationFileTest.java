package io.spinexr.workshop.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.phantom.LesionBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationFileTest {
  private static final String HEADER =
      "study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax\n";

  @TempDir Path folder;

  private List<AnnotatedImage> read(String text) {
    try {
      return AnnotationFile.read(Files.writeString(folder.resolve("train.csv"), text));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsTheLayoutOfTheDataSet() {
    List<AnnotatedImage> images =
        read(
            HEADER
                + "s1,e1,i1,rad1,Spondylolysthesis,10.5,20,30,40\n"
                + "s2,e2,i2,rad2,No finding,,,,\n"
                + "s1,e1,i1,rad1,Osteophytes,1,2,3,4\n");
    assertThat(images)
        .containsExactly(
            new AnnotatedImage(
                "s1",
                "e1",
                "i1",
                true,
                List.of(
                    new LesionBox(LesionType.SPONDYLOLISTHESIS, new BoundingBox(10.5, 20, 30, 40)),
                    new LesionBox(LesionType.OSTEOPHYTES, new BoundingBox(1, 2, 3, 4)))),
            new AnnotatedImage("s2", "e2", "i2", false, List.of()));
  }

  @Test
  void readsTheMedicalSpellingOtherColumnOrdersAByteOrderMarkAndWindowsLineEnds() {
    assertThat(
            read(
                "\uFEFFimage_id,lesion_type,xmax,ymax,xmin,ymin,rad_id,series_id,study_id,more\r\n"
                    + "i,spondylolisthesis,3,4,1,2,r,e,s,x\r\n"))
        .containsExactly(
            new AnnotatedImage(
                "s",
                "e",
                "i",
                true,
                List.of(new LesionBox(LesionType.SPONDYLOLISTHESIS, new BoundingBox(1, 2, 3, 4)))));
  }

  @Test
  void dropsABoxWithoutAreaButTheImageStaysAbnormal() {
    AnnotatedImage image = read(HEADER + "s,e,i,r,Osteophytes,10,10,10.0005,20\n").get(0);
    assertThat(image.abnormal()).isTrue();
    assertThat(image.lesions()).isEmpty();
  }

  @Test
  void anImageIsNormalIfAnyRowSaysNoFinding() {
    String lesion = "s,e,i,r1,Osteophytes,1,2,3,4\n";
    String none = "s,e,i,r2,No finding,,,,\n";
    for (String rows : List.of(lesion + none, none + lesion)) {
      assertThat(read(HEADER + rows)).singleElement().matches(image -> !image.abnormal());
    }
  }

  @Test
  void movesEdgesBeforeTheImageToItsEdge() {
    assertThat(read(HEADER + "s,e,i,r,Osteophytes,-3,-0.5,10,20\n").get(0).lesions().get(0).box())
        .isEqualTo(new BoundingBox(0, 0, 10, 20));
  }

  @Test
  void saysInWhichLineWhatIsWrong() {
    String good = "s,e,\"i\n1\",r,No finding,,,,\n";
    assertWrong(
        HEADER + good + "s,e,i,r,Osteofites,1,2,3,4\n", "line 4: lesion_type \"Osteofites\"");
    assertWrong(HEADER + good + "\n" + "s,e,i,r,Osteofites,1,2,3,4", "line 5: lesion_type");
    assertWrong(HEADER + "s,e,i,r,Osteophytes,1,2,x,4\n", "line 2: xmax must be a number");
    assertWrong(HEADER + "s,e,i,r,Osteophytes,,,,\n", "line 2: xmin must be a number");
    assertWrong(HEADER + "s,e,i,r,Osteophytes,NaN,2,3,4\n", "line 2: xmin must be a number");
    assertWrong(HEADER + "s,e,i,r,Osteophytes,5,2,3,4\n", "line 2: xmin must not exceed xmax");
    assertWrong(HEADER + "s,e,,r,No finding,,,,\n", "line 2: image_id is empty");
    assertWrong(HEADER + "s,e,i\n", "line 2: expected 9 cells, but found 3");
    assertWrong(
        HEADER + "s,e,i,r,No finding,,,,\nt,e,i,r,No finding,,,,\n", "line 3: image i belongs to");
    assertWrong("study_id,image_id\n", "line 1: the header must name the columns");
    assertWrong("", "line 1: the header must name the columns");
    assertWrong(HEADER + "s,e,\"i,r,No finding,,,,\n", "cannot be read as CSV");
  }

  private void assertWrong(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("train.csv")
        .hasMessageContaining(message);
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> AnnotationFile.read(folder.resolve("none.csv")))
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
  void saysWhichImageSizeIsWrong() throws IOException {
    Path file = folder.resolve("test_meta.csv");
    Files.writeString(file, "image_id,image_height,image_width\na,10.0,20\nb,1.5,3\n");
    assertThatThrownBy(() -> ImageSizeFile.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("test_meta.csv line 3: image_height must be a whole number");
    Files.writeString(file, "image_id,image_height,image_width\na,10.0,20\na,1,3\n");
    assertThatThrownBy(() -> ImageSizeFile.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("line 3: image a has a size already");
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
                    new LesionBox(
                        LesionType.SPONDYLOLISTHESIS,
                        new BoundingBox(1.0 / 3, 2, 1234.56789, 1e-3 + 3)),
                    new LesionBox(LesionType.OTHER_LESIONS, new BoundingBox(0, 0, 5, 5)))));

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
      assertThat(AnnotationFile.read(file)).isEqualTo(IMAGES);
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
      assertThat(ImageSizeFile.read(file)).isEqualTo(sizes);
    }
  }
}
