package io.spinexr.radiograph;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.image.GrayscaleImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Draws what was found onto the radiograph: every kept finding as a box, dotted if it is uncertain,
 * those with a score of at least 0.25 with class and score and the others as thin lines, and below
 * the image a line that says that it is an AI result and whose. Boxes are coloured lines on a dark
 * seam and labels stand on a dark plate, so that both are readable on dark and on bright regions.
 * Needs no display, but a font that the Java platform finds (fontconfig).
 */
public final class FindingsPicture {
  private static final Map<LesionType, Color> COLOURS = colours();
  private static final Color SEAM = new Color(0, 0, 0, 210);

  /** Many faint findings with labels would hide the image and each other. */
  private static final double LABELLED_SCORE = 0.25;

  private static final double SHRINK = 0.8;
  private static final int SMALLEST_EDGE = 64;

  private FindingsPicture() {}

  /**
   * Draws one image.
   *
   * @param image the radiograph
   * @param findings of this image
   * @param models that made them
   * @param longestEdge of the result's radiograph in pixels; a smaller radiograph keeps its size
   * @return an RGB image: the radiograph, and below it the footer
   */
  public static BufferedImage draw(
      GrayscaleImage image, ImageFindings findings, ModelSet models, int longestEdge) {
    double scale = Math.min(1, (double) longestEdge / Math.max(image.width(), image.height()));
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    int fontSize = Math.max(11, Math.max(width, height) / 70);
    Font font = new Font(Font.SANS_SERIF, Font.BOLD, fontSize);
    List<String> footer = footer(findings, models);
    int lineHeight = fontSize * 3 / 2;

    BufferedImage drawn =
        new BufferedImage(
            width, height + lineHeight * footer.size() + fontSize, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = drawn.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.drawImage(shrunk(gray(image), width, height), 0, 0, null);
      graphics.setFont(font);
      drawFindings(graphics, findings.findings(), scale, new Rectangle(width, height));
      drawFooter(graphics, footer, width, height, lineHeight);
    } finally {
      graphics.dispose();
    }
    return drawn;
  }

  /**
   * Draws one image as a PNG file.
   *
   * @param longestEdge see {@link #draw}
   * @param maxBytes the radiograph is made smaller until the file fits, down to 64 pixels
   */
  public static byte[] png(
      GrayscaleImage image,
      ImageFindings findings,
      ModelSet models,
      int longestEdge,
      int maxBytes) {
    int edge = Math.min(longestEdge, Math.max(image.width(), image.height()));
    while (true) {
      byte[] png = encode(draw(image, findings, models, edge));
      if (png.length <= maxBytes || edge <= SMALLEST_EDGE) {
        return png;
      }
      edge = Math.max(SMALLEST_EDGE, (int) (edge * SHRINK));
    }
  }

  private static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static BufferedImage gray(GrayscaleImage image) {
    BufferedImage gray =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] target = ((DataBufferByte) gray.getRaster().getDataBuffer()).getData();
    System.arraycopy(image.pixels(), 0, target, 0, target.length);
    return gray;
  }

  /** Halves until the last step is less than a factor of two: bilinear alone would skip pixels. */
  private static BufferedImage shrunk(BufferedImage image, int width, int height) {
    BufferedImage current = image;
    while (current.getWidth() != width || current.getHeight() != height) {
      int w = Math.max(width, (current.getWidth() + 1) / 2);
      int h = Math.max(height, (current.getHeight() + 1) / 2);
      BufferedImage next = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D graphics = next.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(current, 0, 0, w, h, null);
      graphics.dispose();
      current = next;
    }
    return current;
  }

  private static void drawFindings(
      Graphics2D graphics, List<Finding> findings, double scale, Rectangle radiograph) {
    float line = Math.max(1.5f, graphics.getFont().getSize() / 8f);
    List<Finding> leastFirst =
        findings.stream().sorted(Comparator.comparingDouble(Finding::score)).toList();
    for (Finding finding : leastFirst) {
      float width = labelled(finding) ? line : line / 2;
      BoundingBox box = finding.box();
      Rectangle2D outline =
          new Rectangle2D.Double(
              box.xMin() * scale, box.yMin() * scale, box.width() * scale, box.height() * scale);
      graphics.setStroke(new BasicStroke(width * 3));
      graphics.setColor(SEAM);
      graphics.draw(outline);
      graphics.setStroke(finding.reported() ? new BasicStroke(width) : dotted(width));
      graphics.setColor(COLOURS.get(finding.type()));
      graphics.draw(outline);
    }
    List<Rectangle> taken = new ArrayList<>();
    for (Finding finding : findings) {
      if (labelled(finding)) {
        taken.add(drawLabel(graphics, finding, scale, radiograph, taken));
      }
    }
  }

  private static BasicStroke dotted(float width) {
    // Smaller ones are lost between the pixels.
    float dot = Math.max(2, width);
    float[] dots = {dot, 1.5f * dot};
    return new BasicStroke(
        Math.max(1, width), BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dots, 0);
  }

  private static boolean labelled(Finding finding) {
    return finding.score() >= LABELLED_SCORE;
  }

  private static Rectangle drawLabel(
      Graphics2D graphics,
      Finding finding,
      double scale,
      Rectangle radiograph,
      List<Rectangle> taken) {
    String text = String.format(Locale.ROOT, "%s %.2f", finding.display(), finding.score());
    FontMetrics metrics = graphics.getFontMetrics();
    int padding = metrics.getDescent();
    int height = metrics.getHeight();
    Rectangle plate =
        place(
            finding.box(),
            scale,
            metrics.stringWidth(text) + 2 * padding,
            height,
            radiograph,
            taken);
    graphics.setColor(SEAM);
    graphics.fill(plate);
    graphics.setColor(COLOURS.get(finding.type()));
    graphics.drawString(text, plate.x + padding, plate.y + metrics.getAscent());
    return plate;
  }

  /** Above the box, else below it, else as near as possible where no other label stands. */
  private static Rectangle place(
      BoundingBox box,
      double scale,
      int width,
      int height,
      Rectangle radiograph,
      List<Rectangle> taken) {
    int x = clamp((int) (box.xMin() * scale), radiograph.width - width);
    int above = clamp((int) (box.yMin() * scale) - height - 2, radiograph.height - height);
    int below = clamp((int) (box.yMax() * scale) + 2, radiograph.height - height);
    List<Integer> rows = new ArrayList<>(List.of(above, below));
    for (int step = 1; step * height < radiograph.height; step++) {
      rows.add(clamp(above - step * height, radiograph.height - height));
      rows.add(clamp(below + step * height, radiograph.height - height));
    }
    for (int y : rows) {
      Rectangle plate = new Rectangle(x, y, width, height);
      if (taken.stream().noneMatch(plate::intersects)) {
        return plate;
      }
    }
    return new Rectangle(x, above, width, height);
  }

  private static int clamp(int value, int highest) {
    return Math.max(0, Math.min(value, highest));
  }

  private static List<String> footer(ImageFindings findings, ModelSet models) {
    List<String> lines = new ArrayList<>();
    lines.add("AI result, not a diagnosis");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, probability %.2f, threshold %.2f",
            findings.verdict().display(),
            findings.probability(),
            findings.threshold()));
    lines.add("model set " + models.id());
    if (!findings.findings().stream().allMatch(Finding::reported)) {
      lines.add("dotted boxes: uncertain findings");
    }
    if (!findings.findings().stream().allMatch(FindingsPicture::labelled)) {
      lines.add(
          String.format(
              Locale.ROOT, "thin boxes: findings with a score below %.2f", LABELLED_SCORE));
    }
    return lines;
  }

  private static void drawFooter(
      Graphics2D graphics, List<String> lines, int width, int top, int lineHeight) {
    graphics.setColor(Color.WHITE);
    Font font = graphics.getFont();
    int y = top;
    for (String line : lines) {
      y += lineHeight;
      graphics.setFont(font);
      graphics.setFont(fitting(graphics, line, width));
      graphics.drawString(line, graphics.getFont().getSize() / 2, y);
    }
  }

  /** The current font, or a smaller one in which the line is no wider than the image. */
  private static Font fitting(Graphics2D graphics, String line, int width) {
    Font font = graphics.getFont();
    int wanted = graphics.getFontMetrics().stringWidth(line) + font.getSize();
    return wanted <= width ? font : font.deriveFont((float) font.getSize() * width / wanted);
  }

  /** Hues that differ for people with any colour vision, bright enough for a dark seam. */
  private static Map<LesionType, Color> colours() {
    Map<LesionType, Color> colours = new EnumMap<>(LesionType.class);
    for (LesionType type : LesionType.values()) {
      colours.put(type, new Color(0xF0E442));
    }
    colours.put(LesionType.OSTEOPHYTES, new Color(0x56B4E9));
    colours.put(LesionType.SURGICAL_IMPLANT, new Color(0xFFFFFF));
    colours.put(LesionType.SPONDYLOLISTHESIS, new Color(0xE69F00));
    colours.put(LesionType.FORAMINAL_STENOSIS, new Color(0x2CD3A0));
    colours.put(LesionType.DISC_SPACE_NARROWING, new Color(0xE8A0CC));
    colours.put(LesionType.VERTEBRAL_COLLAPSE, new Color(0xFF6A3D));
    return colours;
  }
}
