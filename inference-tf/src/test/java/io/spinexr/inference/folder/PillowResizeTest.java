package io.spinexr.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ReferencePython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PillowResizeTest {
  private record Case(GrayscaleImage image, int width, int height) {}

  @Test
  void equalsPillowInEveryPixel(@TempDir Path folder) throws Exception {
    ReferencePython.require("PIL.Image");
    List<Case> cases = new ArrayList<>();
    Random random = new Random(7);
    int[][] sizes = {
      {2455, 1606, 224, 224},
      {700, 900, 256, 329},
      {64, 64, 224, 224},
      {1, 1, 5, 7},
      {3, 500, 3, 9},
      {500, 3, 9, 3},
      {224, 224, 224, 224},
      {333, 77, 77, 333},
      {97, 1013, 1, 1},
      {640, 480, 639, 481}
    };
    for (int[] size : sizes) {
      cases.add(new Case(noise(size[0], size[1], random), size[2], size[3]));
    }
    for (int i = 0; i < 60; i++) {
      cases.add(
          new Case(
              noise(1 + random.nextInt(300), 1 + random.nextInt(300), random),
              1 + random.nextInt(300),
              1 + random.nextInt(300)));
    }
    List<byte[]> expected = pillow(folder, cases);
    for (int i = 0; i < cases.size(); i++) {
      Case c = cases.get(i);
      assertThat(PillowResize.resize(c.image(), c.width(), c.height()).pixels())
          .as("%d x %d to %d x %d", c.image().width(), c.image().height(), c.width(), c.height())
          .isEqualTo(expected.get(i));
    }
  }

  @Test
  void anUnchangedSizeChangesNothing() {
    GrayscaleImage image = noise(31, 17, new Random(1));
    assertThat(PillowResize.resize(image, 31, 17).pixels()).isEqualTo(image.pixels());
  }

  @Test
  void averagesEvenlyWhenHalved() {
    // A triangle of width 4 on 4 pixels of 2 to 1: weights 1/8, 3/8, 3/8, 1/8 around the middle.
    GrayscaleImage row = new GrayscaleImage(4, 1, new byte[] {0, (byte) 200, (byte) 200, 0});
    // Left output: pixels 0..2 with weights 3, 3, 1 of 7 (the fourth lies outside the image).
    assertThat(PillowResize.resize(row, 2, 1).pixels())
        .containsExactly((byte) Math.round(200 * 4 / 7.0), (byte) Math.round(200 * 4 / 7.0));
  }

  private static GrayscaleImage noise(int width, int height, Random random) {
    byte[] pixels = new byte[width * height];
    random.nextBytes(pixels);
    return new GrayscaleImage(width, height, pixels);
  }

  private static List<byte[]> pillow(Path folder, List<Case> cases)
      throws IOException, InterruptedException {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < cases.size(); i++) {
      Case c = cases.get(i);
      Path file = folder.resolve(i + ".raw");
      Files.write(file, c.image().pixels());
      list.append(
          "%s %d %d %d %d\n"
              .formatted(file, c.image().width(), c.image().height(), c.width(), c.height()));
    }
    Path listing = Files.writeString(folder.resolve("cases.txt"), list);
    ReferencePython.run(PillowResizeTest.class, "pillow_resize.py", listing.toString());
    List<byte[]> results = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      results.add(Files.readAllBytes(folder.resolve(i + ".raw.out")));
    }
    return results;
  }
}
