package io.spinexr.workshop.dataset;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.hard.HardGenerator;
import io.spinexr.phantom.hard.Population;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Phantoms side by side, to look at. */
public final class ContactSheet {
  private static final int COLUMNS = 6;
  private static final int CELL_WIDTH = 168;
  private static final int CELL_HEIGHT = 224;

  private ContactSheet() {}

  /** Draws the phantoms of consecutive seeds, six in a row, as a PNG file. */
  public static void write(
      Path file, Difficulty difficulty, Population population, long firstSeed, int count)
      throws IOException {
    int rows = (count + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D pen = sheet.createGraphics();
    HardGenerator hard = new HardGenerator(population);
    for (int i = 0; i < count; i++) {
      GrayscaleImage image =
          switch (difficulty) {
            case EASY -> new PhantomGenerator().generate(firstSeed + i).grayscale();
            case HARD -> hard.generate(firstSeed + i, 1).phantom().grayscale();
          };
      double scale =
          Math.min((CELL_WIDTH - 6.0) / image.width(), (CELL_HEIGHT - 6.0) / image.height());
      int width = (int) (image.width() * scale);
      int height = (int) (image.height() * scale);
      pen.drawImage(
          picture(image).getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING),
          i % COLUMNS * CELL_WIDTH + (CELL_WIDTH - width) / 2,
          i / COLUMNS * CELL_HEIGHT + (CELL_HEIGHT - height) / 2,
          null);
    }
    pen.dispose();
    ImageIO.write(sheet, "png", file.toFile());
  }

  private static BufferedImage picture(GrayscaleImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, image.width(), image.height(), image.pixels());
    return picture;
  }
}
