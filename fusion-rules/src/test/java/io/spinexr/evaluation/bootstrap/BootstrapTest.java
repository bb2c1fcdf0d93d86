package io.spinexr.evaluation.bootstrap;

import static io.spinexr.finding.LesionType.FRACTURE;
import static io.spinexr.finding.LesionType.OSTEOPHYTES;
import static io.spinexr.finding.LesionType.VERTEBRAL_COLLAPSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.AveragePrecision;
import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.BootstrapInterval;
import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final double THRESHOLD = 0.5;

  /** Probabilities in tenths, so that many are tied. */
  private static List<ScoredLabel> samples(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random
        .ints(count, 0, 11)
        .mapToObj(tenths -> new ScoredLabel(tenths / 10.0, random.nextInt(10) < tenths))
        .toList();
  }

  private static <T> List<T> copies(List<T> images, int[] counts) {
    List<T> copies = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      copies.addAll(Collections.nCopies(counts[i], images.get(i)));
    }
    return copies;
  }

  @Property
  void measuresAClassifierAsOnCopiesOfTheImages(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ScoredLabel> samples = samples(random.nextInt(1, 20), seed);
    int[] counts = random.ints(samples.size(), 0, 4).toArray();
    List<ScoredLabel> copies = copies(samples, counts);
    ConfusionMatrix matrix = ConfusionMatrix.at(THRESHOLD, copies);
    long abnormal = copies.stream().filter(ScoredLabel::abnormal).count();
    double area =
        abnormal == 0 || abnormal == copies.size() ? Double.NaN : RocCurve.of(copies).area();

    double[] expected = {
      area, matrix.f1(), matrix.sensitivity(), matrix.specificity(), matrix.precision()
    };
    assertThat(new ResampledClassifier(samples, THRESHOLD).on(counts))
        .containsExactly(expected, within(1e-12));
  }

  private static List<EvaluatedImage> images(int count, SplittableRandom random) {
    List<EvaluatedImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Annotation> annotations = new ArrayList<>();
      List<Finding> findings = new ArrayList<>();
      for (int box = random.nextInt(4); box > 0; box--) {
        annotations.add(new Annotation(type(random), box(random), random.nextInt(5) == 0));
      }
      for (int box = random.nextInt(6); box > 0; box--) {
        findings.add(new Finding(type(random), box(random), random.nextInt(8) / 8.0));
      }
      images.add(new EvaluatedImage(annotations, findings));
    }
    return images;
  }

  private static LesionType type(SplittableRandom random) {
    return random.nextBoolean() ? OSTEOPHYTES : FRACTURE;
  }

  private static BoundingBox box(SplittableRandom random) {
    int x = random.nextInt(4);
    return new BoundingBox(x, 0, x + 3, random.nextInt(1, 4));
  }

  @Property
  void measuresADetectorAsOnCopiesOfTheImages(@ForAll long seed) {
    List<LesionType> types = List.of(OSTEOPHYTES, VERTEBRAL_COLLAPSE, FRACTURE);
    SplittableRandom random = new SplittableRandom(seed);
    List<EvaluatedImage> images = images(random.nextInt(1, 8), random);
    int[] counts = random.ints(images.size(), 0, 3).toArray();
    Map<LesionType, Double> copied = AveragePrecision.perType(types, 0.5, copies(images, counts));

    double[] expected = {
      copied.getOrDefault(OSTEOPHYTES, Double.NaN),
      Double.NaN,
      copied.getOrDefault(FRACTURE, Double.NaN),
      AveragePrecision.mean(copied)
    };
    ResampledDetector detector = new ResampledDetector(types, 0.5, images);
    assertThat(detector.on(counts)).containsExactly(expected, within(1e-12));
    assertThat(detector.figures())
        .containsExactly(
            DetectorFigure.of(OSTEOPHYTES),
            DetectorFigure.of(VERTEBRAL_COLLAPSE),
            DetectorFigure.of(FRACTURE),
            new DetectorFigure(types));
  }

  @Test
  void drawsAsManyImagesAsThereAreWithReplacement() {
    double[][] counts =
        Resampling.ofImages(50, 200, 1)
            .measure(drawn -> Arrays.stream(drawn).asDoubleStream().toArray());
    assertThat(counts).hasDimensions(200, 50);
    int[] absent = new int[50];
    for (double[] resample : counts) {
      assertThat(Arrays.stream(resample).sum()).isEqualTo(50);
      for (int i = 0; i < 50; i++) {
        absent[i] += resample[i] == 0 ? 1 : 0;
      }
    }
    // Each image is absent from (1 - 1/50)^50 = 0.364 of the resamples, standard error 0.034.
    for (int times : absent) {
      assertThat(times / 200.0).isCloseTo(0.364, within(0.15));
    }
  }

  @Test
  void drawsTheOnlyImageOnce() {
    assertThat(Resampling.ofImages(1, 1, 1).measure(drawn -> new double[] {drawn[0]}))
        .isDeepEqualTo(new double[][] {{1}});
  }

  @Test
  void drawsStudiesWithAllOfTheirImages() {
    double[][] counts =
        Resampling.ofStudies(List.of("a", "b", "a", "c"), 100, 1)
            .measure(drawn -> Arrays.stream(drawn).asDoubleStream().toArray());
    for (double[] resample : counts) {
      assertThat(resample[0]).isEqualTo(resample[2]);
      assertThat(resample[0] + resample[1] + resample[3]).isEqualTo(3);
    }
    assertThat(Arrays.stream(counts).mapToDouble(resample -> resample[0]).max()).hasValue(3);
  }

  @Test
  void saysTheSameOnAnyNumberOfThreads() throws Exception {
    List<ResampledClassifier> one = List.of(new ResampledClassifier(samples(100, 1), THRESHOLD));
    Resampling resampling = Resampling.ofImages(100, 300, 5);
    double[] here = Bootstrap.of(resampling, one).values(0, ClassifierFigure.AUROC);
    ForkJoinPool single = new ForkJoinPool(1);
    try {
      assertThat(
              single
                  .submit(() -> Bootstrap.of(resampling, one).values(0, ClassifierFigure.AUROC))
                  .get())
          .isEqualTo(here);
    } finally {
      single.shutdown();
    }
    assertThat(
            Bootstrap.of(Resampling.ofImages(100, 300, 6), one).values(0, ClassifierFigure.AUROC))
        .isNotEqualTo(here);
  }

  @Test
  void approachesTheNormalIntervalOfAShare() {
    // A sensitivity of 0.25 of 400: standard error sqrt(0.25 * 0.75 / 400) = 0.02165.
    List<ScoredLabel> quarter =
        IntStream.range(0, 400).mapToObj(i -> new ScoredLabel(i % 4 == 0 ? 1 : 0, true)).toList();
    Bootstrap<ClassifierFigure> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(400, 4000, 1),
            List.of(new ResampledClassifier(quarter, THRESHOLD)));
    BootstrapInterval interval = bootstrap.interval(0, ClassifierFigure.SENSITIVITY);
    assertThat(interval.low()).isCloseTo(0.25 - 1.96 * 0.02165, within(0.004));
    assertThat(interval.high()).isCloseTo(0.25 + 1.96 * 0.02165, within(0.004));
    assertThatThrownBy(() -> bootstrap.interval(0, ClassifierFigure.AUROC))
        .hasMessageContaining("none of 4000 resamples");
  }

  @Test
  void pairsWhatItCompares() {
    List<ScoredLabel> samples = samples(200, 3);
    // Blind for the last image only: the difference is tiny, although each figure varies.
    List<ScoredLabel> other = new ArrayList<>(samples);
    other.set(199, new ScoredLabel(0.05, samples.get(199).abnormal()));
    Bootstrap<ClassifierFigure> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(200, 500, 1),
            List.of(
                new ResampledClassifier(samples, THRESHOLD),
                new ResampledClassifier(other, THRESHOLD)));
    double[] first = bootstrap.values(0, ClassifierFigure.AUROC);
    double[] second = bootstrap.values(1, ClassifierFigure.AUROC);
    double[] differences = IntStream.range(0, 500).mapToDouble(i -> first[i] - second[i]).toArray();
    assertThat(bootstrap.difference(0, 1, ClassifierFigure.AUROC))
        .isEqualTo(BootstrapInterval.of(differences));
    assertThat(Arrays.stream(differences).map(Math::abs).max().orElseThrow()).isLessThan(0.08);
    assertThat(bootstrap.interval(0, ClassifierFigure.AUROC).high())
        .isGreaterThan(bootstrap.interval(0, ClassifierFigure.AUROC).low() + 0.05);
  }

  @Test
  void refusesWhatCannotBePaired() {
    Resampling resampling = Resampling.ofImages(3, 10, 1);
    assertThatThrownBy(
            () ->
                Bootstrap.of(
                    resampling, List.of(new ResampledClassifier(samples(4, 1), THRESHOLD))))
        .hasMessageContaining("4 images")
        .hasMessageContaining("beside 3");
    List<EvaluatedImage> images = images(3, new SplittableRandom(1));
    assertThatThrownBy(
            () ->
                Bootstrap.of(
                    resampling,
                    List.of(
                        new ResampledDetector(List.of(FRACTURE), 0.5, images),
                        new ResampledDetector(List.of(OSTEOPHYTES), 0.5, images))))
        .hasMessageContaining("paired figures need the same images");
    assertThatThrownBy(() -> Resampling.ofImages(0, 10, 1)).hasMessageContaining("0 images");
    assertThatThrownBy(() -> Resampling.ofImages(1, 0, 1)).hasMessageContaining("0 resamples");
    assertThatThrownBy(() -> new ResampledClassifier(List.of(), 2))
        .hasMessageContaining("threshold must be in [0,1]");
  }
}
