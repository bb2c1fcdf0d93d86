package io.spinexr.phantom.hard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.hard.body.Patient;
import io.spinexr.phantom.hard.exposure.XrayUnit;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardGeneratorTest {
  private final HardGenerator generator = new HardGenerator(Population.DEFAULT);

  @Test
  void aSeedGivesTheSamePhantomInEveryThread() {
    List<HardPhantom> once =
        LongStream.range(0, 6).mapToObj(seed -> generator.generate(seed, 0.5)).toList();
    List<HardPhantom> again =
        LongStream.range(0, 6)
            .parallel()
            .mapToObj(seed -> new HardGenerator(Population.DEFAULT).generate(seed, 0.5))
            .toList();
    for (int i = 0; i < 6; i++) {
      assertThat(again.get(i).phantom().pixels().values())
          .isEqualTo(once.get(i).phantom().pixels().values());
      assertThat(again.get(i).truth()).isEqualTo(once.get(i).truth());
      assertThat(again.get(i).phantom().lesions()).isEqualTo(once.get(i).phantom().lesions());
    }
    assertThat(once.get(0).phantom().pixels().values())
        .isNotEqualTo(once.get(1).phantom().pixels().values());
  }

  /** As of the easy family: models are trained and measured on seeds. */
  @ParameterizedTest
  @CsvSource({
    "8, 4639edb446317379060fb6cf651dd54291dd969d51866803ad255fceb1b4b051",
    "42, 5b5993fe3b67f31390d3876c8977c0e87192687804a2edd4f84bf96ccbb10568",
    "13, 10b3cae71412853ba140d9edf3d49b1ee17d19f0672f996472484ad9a7b46df8"
  })
  void aSeedKeepsItsPixelsFromOneMachineToTheNext(long seed, String sha256) throws Exception {
    short[] pixels = generator.generate(seed, 1).phantom().pixels().values();
    ByteBuffer bytes = ByteBuffer.allocate(2 * pixels.length);
    bytes.asShortBuffer().put(pixels);
    assertThat(MessageDigest.getInstance("SHA-256").digest(bytes.array()))
        .asHexString()
        .isEqualToIgnoringCase(sha256);
  }

  /**
   * Table 2 of the VinDr-SpineXR paper: 18,978 boxes on 10,468 images, 82 % of them osteophytes,
   * 1,155 narrowed discs, 482 narrow foramina, 349 slips, 536 implants, 337 collapses; 49 % of the
   * images abnormal.
   */
  @Test
  void countsAndTypesFollowTheDataSet() {
    Map<LesionType, Integer> counts = new EnumMap<>(LesionType.class);
    int images = 2000;
    int abnormal = 0;
    int boxes = 0;
    for (long seed = 0; seed < images; seed++) {
      Phantom phantom = generator.generate(seed, 0.03).phantom();
      abnormal += phantom.abnormal() ? 1 : 0;
      boxes += phantom.lesions().size();
      phantom.lesions().forEach(lesion -> counts.merge(lesion.type(), 1, Integer::sum));
    }
    assertThat(abnormal / (double) images).isBetween(0.42, 0.56);
    assertThat(boxes / (double) images).isBetween(1.3, 1.9);
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(LesionType.REFERENCE_LABELS);
    assertShare(counts, LesionType.OSTEOPHYTES, boxes, 15562);
    assertShare(counts, LesionType.DISC_SPACE_NARROWING, boxes, 1155);
    assertShare(counts, LesionType.FORAMINAL_STENOSIS, boxes, 482);
    assertShare(counts, LesionType.SPONDYLOLISTHESIS, boxes, 349);
    assertShare(counts, LesionType.SURGICAL_IMPLANT, boxes, 536);
    assertShare(counts, LesionType.VERTEBRAL_COLLAPSE, boxes, 337);
    assertShare(counts, LesionType.OTHER_LESIONS, boxes, 557);
  }

  private static void assertShare(
      Map<LesionType, Integer> counts, LesionType type, int boxes, int published) {
    double share = published / 18978.0;
    assertThat(counts.get(type) / (double) boxes)
        .as("share of %s", type)
        .isBetween(0.65 * share, 1.55 * share);
  }

  @Test
  void everyBoxLiesInsideItsImage() {
    for (long seed = 0; seed < 400; seed++) {
      HardPhantom hard = generator.generate(seed, 0.1);
      Phantom phantom = hard.phantom();
      for (List<LesionBox> boxes : List.of(hard.truth(), phantom.lesions())) {
        for (LesionBox lesion : boxes) {
          BoundingBox box = lesion.box();
          assertThat(box.xMax()).isLessThanOrEqualTo(phantom.width());
          assertThat(box.yMax()).isLessThanOrEqualTo(phantom.height());
          assertThat(box.width()).isGreaterThan(0.008 * phantom.width());
          assertThat(box.height()).isGreaterThan(0.008 * phantom.height());
        }
      }
    }
  }

  /** Osteophytes move nothing else, so what changes is what was drawn of them. */
  @Test
  void osteophytesChangeThePixelsInsideTheirBoxes() {
    double inside = 0;
    double outside = 0;
    int lesions = 0;
    for (long seed = 0; seed < 80; seed++) {
      HardPhantom ill = generator.generate(seed, 0.4);
      HardPhantom cured = generator.generate(seed, 0.4, false);
      assertThat(cured.truth()).isEmpty();
      if (ill.truth().stream().allMatch(lesion -> lesion.type() == LesionType.OSTEOPHYTES)) {
        for (LesionBox lesion : ill.truth()) {
          inside += difference(ill.phantom(), cured.phantom(), lesion.box());
          outside += difference(ill.phantom(), cured.phantom(), whole(ill.phantom()));
          lesions++;
        }
      }
    }
    assertThat(lesions).isGreaterThan(40);
    assertThat(inside).isGreaterThan(4 * outside);
  }

  private static BoundingBox whole(Phantom phantom) {
    return new BoundingBox(0, 0, phantom.width(), phantom.height());
  }

  @Test
  void implantsChangeThePixelsInsideTheirBoxes() {
    int implants = 0;
    for (long seed = 0; seed < 200; seed++) {
      HardPhantom hard = generator.generate(seed, 0.2);
      for (LesionBox lesion : hard.truth()) {
        if (lesion.type() == LesionType.SURGICAL_IMPLANT) {
          Phantom cured = generator.generate(seed, 0.2, false).phantom();
          assertThat(difference(hard.phantom(), cured, lesion.box()))
              .as("seed %d", seed)
              .isGreaterThan(20);
          implants++;
        }
      }
    }
    assertThat(implants).isGreaterThan(3);
  }

  /** Mean absolute difference of the 8-bit images in the box. */
  private static double difference(Phantom a, Phantom b, BoundingBox box) {
    byte[] one = a.grayscale().pixels();
    byte[] other = b.grayscale().pixels();
    return IntStream.range((int) box.yMin(), (int) box.yMax())
        .flatMap(
            y -> IntStream.range((int) box.xMin(), (int) box.xMax()).map(x -> y * a.width() + x))
        .map(i -> Math.abs((one[i] & 0xFF) - (other[i] & 0xFF)))
        .average()
        .orElse(0);
  }

  @Test
  void theScaleChangesOnlyTheResolution() {
    for (long seed = 0; seed < 20; seed++) {
      HardPhantom full = generator.generate(seed, 1);
      HardPhantom half = generator.generate(seed, 0.5);
      assertThat(half.phantom().width()).isCloseTo(full.phantom().width() / 2, Offset.offset(1));
      assertThat(half.truth()).hasSameSizeAs(full.truth());
      for (int i = 0; i < full.truth().size(); i++) {
        assertThat(half.truth().get(i).type()).isEqualTo(full.truth().get(i).type());
        assertThat(half.truth().get(i).box().xMin() * 2)
            .isCloseTo(full.truth().get(i).box().xMin(), Offset.offset(1.5));
      }
    }
  }

  @Test
  void bothImagesOfAStudyShowOnePatientFromTwoSides() {
    int implants = 0;
    for (long study = -3; study < 60; study++) {
      HardPhantom first = generator.generate(2 * study, 0.03);
      HardPhantom second = generator.generate(2 * study + 1, 0.03);
      assertThat(second.patient()).isEqualTo(first.patient());
      if (truth(first, LesionType.SURGICAL_IMPLANT) && truth(second, LesionType.SURGICAL_IMPLANT)) {
        implants++;
      }
      assertThat(second.exposure().unit()).isEqualTo(first.exposure().unit());
      assertThat(second.study()).isEqualTo(first.study()).isEqualTo(study);
      assertThat(second.phantom().region()).isEqualTo(first.phantom().region());
      assertThat(second.phantom().view()).isNotEqualTo(first.phantom().view());
      assertThat(List.of(first.number(), second.number())).containsExactly(1, 2);
    }
    assertThat(implants).isGreaterThan(1);
  }

  private static boolean truth(HardPhantom hard, LesionType type) {
    return hard.truth().stream().anyMatch(lesion -> lesion.type() == type);
  }

  @Test
  void patientsAreAsThePopulationSaysAndNeverChildren() {
    HardGenerator oldWomen = new HardGenerator(new Population(List.of(XrayUnit.RURAL), 60, 70, 1));
    Set<Integer> ages = new HashSet<>();
    for (long seed = 0; seed < 120; seed += 2) {
      HardPhantom hard = oldWomen.generate(seed, 0.03);
      assertThat(hard.patient().female()).isTrue();
      assertThat(hard.exposure().unit()).isEqualTo(XrayUnit.RURAL);
      assertThat(hard.phantom().pixels().bits()).isEqualTo(10);
      assertThat(hard.phantom().pixels().monochrome1()).isTrue();
      ages.add(hard.patient().age());
      assertThat(generator.generate(seed, 0.03).patient().age()).isBetween(18, 90);
    }
    assertThat(ages).hasSizeGreaterThan(6).allMatch(age -> age >= 60 && age <= 70);
    assertThatThrownBy(() -> new Population(List.of(XrayUnit.RURAL), 17, 70, 0.5))
        .hasMessage("ages must be from 18 to 95, not from 17 to 70");
    assertThatThrownBy(() -> new Patient(17, true, 1, 1, 0))
        .hasMessage("phantoms are of 18 to 95 years, not 17");
  }

  @Test
  void theOldHaveMoreFindingsThanTheYoung() {
    assertThat(abnormal(65, 85)).isGreaterThan(2 * abnormal(18, 35));
  }

  private static long abnormal(int youngest, int oldest) {
    HardGenerator generator =
        new HardGenerator(new Population(List.of(XrayUnit.HOSPITAL), youngest, oldest, 0.5));
    return LongStream.range(0, 200)
        .filter(seed -> generator.generate(seed, 0.03).phantom().abnormal())
        .count();
  }

  @Test
  void valuesUseTheBitsOfTheirUnit() {
    Set<Integer> bits = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      Phantom.Pixels pixels = generator.generate(seed, 0.2).phantom().pixels();
      bits.add(pixels.bits());
      int most = 0;
      for (short value : pixels.values()) {
        assertThat(value >= 0 && value < 1 << pixels.bits()).isTrue();
        most = Math.max(most, value);
      }
      assertThat(most).isGreaterThan(1 << pixels.bits() - 1);
    }
    assertThat(bits).containsExactlyInAnyOrder(10, 12, 14);
  }

  @Test
  void refusesAScaleThatIsNoSize() {
    for (double scale : new double[] {0, -1, Double.NaN, 5}) {
      assertThatThrownBy(() -> generator.generate(1, scale))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("scale must be in (0, 4]");
    }
  }
}
