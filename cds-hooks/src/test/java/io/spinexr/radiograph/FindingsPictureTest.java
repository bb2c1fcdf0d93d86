package io.spinexr.radiograph;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.image.GrayscaleImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingsPictureTest {
  private static final ModelSet MODELS =
      new ModelSet(
          "demo",
          "1.0.0",
          List.of(new ModelVersion("densenet", "1.0.0", "classification", "a".repeat(64))));

  @ParameterizedTest
  @ValueSource(ints = {0, 255})
  void showsABoxOnDarkAndOnBrightGround(int ground) {
    BufferedImage drawn =
        FindingsPicture.draw(
            plain(400, 600, ground),
            findings(400, 600, new BoundingBox(100, 200, 300, 400)),
            MODELS,
            600);

    // The middle of the left edge: a bright line, and a dark seam beside it.
    int[] brightness = IntStream.rangeClosed(90, 110).map(x -> brightness(drawn, x, 300)).toArray();
    assertThat(Arrays.stream(brightness).max().orElseThrow()).isGreaterThan(110);
    assertThat(Arrays.stream(brightness).min().orElseThrow()).isLessThan(80);
    // Far from the box the radiograph is as it was.
    assertThat(brightness(drawn, 350, 580)).isEqualTo(ground);
    assertThat(brightness(drawn, 200, 300)).isEqualTo(ground);
  }

  /** The line of a low score is thin. */
  @ParameterizedTest
  @ValueSource(doubles = {0.87, 0.2})
  void dotsTheOutlineOfAnUncertainFinding(double score) {
    GrayscaleImage dark = plain(400, 600, 0);
    BoundingBox box = new BoundingBox(100, 200, 300, 400);
    BufferedImage solid =
        FindingsPicture.draw(dark, findings(400, 600, score, Certainty.REPORTED, box), MODELS, 600);
    BufferedImage dotted =
        FindingsPicture.draw(
            dark, findings(400, 600, score, Certainty.UNCERTAIN, box), MODELS, 600);

    assertThat(lit(solid)).as("of the left edge").isEqualTo(100);
    assertThat(lit(dotted)).isBetween(20L, 60L);
    assertThat(dots(dotted)).as("large enough to be seen").isBetween(10L, 25L);
    assertThat(dotted.getHeight()).as("one more line below").isGreaterThan(solid.getHeight());
  }

  /** How much of the left edge is a line, of 100 pixels. */
  private static long lit(BufferedImage image) {
    return IntStream.range(250, 350).filter(y -> coloured(image, 100, y)).count();
  }

  private static long dots(BufferedImage image) {
    return IntStream.range(250, 350)
        .filter(y -> coloured(image, 100, y) && !coloured(image, 100, y - 1))
        .count();
  }

  @Test
  void shrinksLargeImagesAndTheirBoxesAlike() {
    BufferedImage drawn =
        FindingsPicture.draw(
            plain(2000, 3000, 0),
            findings(2000, 3000, new BoundingBox(500, 1000, 1500, 2000)),
            MODELS,
            600);

    assertThat(drawn.getWidth()).isEqualTo(400);
    assertThat(drawn.getHeight()).isGreaterThan(600);
    assertThat(coloured(drawn, 100, 300)).isTrue();
    assertThat(coloured(drawn, 300, 300)).isTrue();
    assertThat(coloured(drawn, 200, 300)).isFalse();
  }

  @Test
  void keepsThePixelsOfASmallImage() {
    GrayscaleImage noise = noise(300, 200);

    BufferedImage drawn = FindingsPicture.draw(noise, findings(300, 200), MODELS, 1000);

    for (int y = 0; y < 200; y += 7) {
      for (int x = 0; x < 300; x += 7) {
        assertThat(brightness(drawn, x, y)).isEqualTo(noise.at(x, y));
      }
    }
  }

  @Test
  void saysBelowTheImageThatItIsAnAiResult() {
    BufferedImage drawn = FindingsPicture.draw(plain(400, 600, 0), findings(400, 600), MODELS, 600);

    long lit =
        IntStream.range(600, drawn.getHeight())
            .mapToLong(
                y -> IntStream.range(0, 400).filter(x -> brightness(drawn, x, y) > 200).count())
            .sum();
    assertThat(lit).as("bright pixels of the footer's letters").isGreaterThan(200);
  }

  @Test
  void makesTheFileFitItsLimit() throws IOException {
    GrayscaleImage noise = noise(1500, 1500);
    ImageFindings findings = findings(1500, 1500);

    byte[] png = FindingsPicture.png(noise, findings, MODELS, 1500, 200_000);

    assertThat(png.length).isLessThanOrEqualTo(200_000);
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isBetween(64, 1499);
  }

  @Test
  void drawsBoxesThatTouchEveryEdge() {
    BoundingBox whole = new BoundingBox(0, 0, 120, 90);

    BufferedImage drawn =
        FindingsPicture.draw(
            plain(120, 90, 0), findings(120, 90, whole, whole, whole, whole), MODELS, 200);

    assertThat(coloured(drawn, 0, 60)).isTrue();
  }

  private static ImageFindings findings(int width, int height, BoundingBox... boxes) {
    return findings(width, height, 0.87, Certainty.REPORTED, boxes);
  }

  private static ImageFindings findings(
      int width, int height, double score, Certainty certainty, BoundingBox... boxes) {
    List<Finding> findings =
        Arrays.stream(boxes)
            .map(box -> new Finding(LesionType.VERTEBRAL_COLLAPSE, box, score, certainty))
            .toList();
    return new ImageFindings(
        new ImageId("1.2", "1.3", "1.4"), width, height, 0.9, 0.28, findings, findings, List.of());
  }

  private static GrayscaleImage plain(int width, int height, int level) {
    byte[] pixels = new byte[width * height];
    Arrays.fill(pixels, (byte) level);
    return new GrayscaleImage(width, height, pixels);
  }

  private static GrayscaleImage noise(int width, int height) {
    byte[] pixels = new byte[width * height];
    new Random(1).nextBytes(pixels);
    return new GrayscaleImage(width, height, pixels);
  }

  private static int brightness(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    return ((rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 3;
  }

  private static boolean coloured(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    return Math.abs((rgb >> 16 & 0xFF) - (rgb & 0xFF)) > 60;
  }
}
