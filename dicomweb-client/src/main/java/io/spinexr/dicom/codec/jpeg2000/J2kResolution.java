package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.jpeg2000.header.J2kArea;
import io.spinexr.dicom.codec.jpeg2000.header.J2kBandStep;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCoding;
import io.spinexr.dicom.codec.jpeg2000.header.J2kHeader;
import io.spinexr.dicom.codec.jpeg2000.header.J2kQuantization;
import java.util.ArrayList;
import java.util.List;

/**
 * A resolution of a tile: the lowest, or what one transform adds (ISO 15444-1, B.5 to B.7).
 *
 * @param number 0 for the lowest
 * @param tile on the reference grid
 * @param area of the tile at this resolution
 */
record J2kResolution(
    int number, J2kArea tile, J2kArea area, List<J2kBand> bands, J2kCoding coding) {
  static J2kResolution of(int number, J2kArea tile, J2kHeader header, int precision) {
    J2kCoding coding = header.coding();
    int transforms = coding.levels() - number + (number == 0 ? 0 : 1);
    List<J2kBand> bands = new ArrayList<>();
    J2kArea lower = tile.reduced(transforms);
    for (int b = number == 0 ? 0 : 1; b < (number == 0 ? 1 : 4); b++) {
      int right = b & 1;
      int down = b >> 1;
      J2kQuantization quantization = header.quantization();
      J2kBandStep step = quantization.step(number == 0 ? 0 : 3 * (number - 1) + b);
      bands.add(
          new J2kBand(
              tile.band(transforms, right, down),
              right * lower.width(),
              down * lower.height(),
              right,
              down,
              quantization.guardBits() + step.exponent() - 1 + header.regionShift(),
              coding.reversible() ? 1 : step.size(precision + right + down)));
    }
    return new J2kResolution(
        number, tile, tile.reduced(coding.levels() - number), List.copyOf(bands), coding);
  }

  /** The numbers of its precincts in a grid through (0, 0). */
  J2kArea precincts() {
    return area.cells(coding.precinctWidthLog(number), coding.precinctHeightLog(number));
  }

  /** Where a column of precincts begins on the reference grid (B.12.1.3). */
  long referenceX(int column) {
    int log = coding.precinctWidthLog(number) + coding.levels() - number;
    return Math.max(tile.x0(), (long) column << log);
  }

  long referenceY(int row) {
    int log = coding.precinctHeightLog(number) + coding.levels() - number;
    return Math.max(tile.y0(), (long) row << log);
  }

  /** About the number of its code-blocks, those at edges aside. */
  long blocks() {
    return (long) area.width() * area.height() >> blockWidthLog() + blockHeightLog();
  }

  private int blockWidthLog() {
    return Math.min(coding.blockWidthLog(), cellWidthLog());
  }

  private int blockHeightLog() {
    return Math.min(coding.blockHeightLog(), cellHeightLog());
  }

  /** What a precinct covers of each subband, of which all but the lowest have half the columns. */
  private int cellWidthLog() {
    return coding.precinctWidthLog(number) - (number == 0 ? 0 : 1);
  }

  private int cellHeightLog() {
    return coding.precinctHeightLog(number) - (number == 0 ? 0 : 1);
  }

  /** The code-blocks of a precinct, by subband; subbands without any are left out. */
  List<J2kPrecinct.Part> parts(int column, int row) {
    J2kArea cell = J2kArea.cell(column, row, cellWidthLog(), cellHeightLog());
    List<J2kPrecinct.Part> parts = new ArrayList<>(bands.size());
    for (J2kBand band : bands) {
      J2kArea area = band.area().intersection(cell);
      if (!area.isEmpty()) {
        parts.add(part(band, area));
      }
    }
    return parts;
  }

  private J2kPrecinct.Part part(J2kBand band, J2kArea area) {
    J2kArea cells = area.cells(blockWidthLog(), blockHeightLog());
    List<J2kCodeBlock> blocks = new ArrayList<>(cells.width() * cells.height());
    for (int y = cells.y0(); y < cells.y1(); y++) {
      for (int x = cells.x0(); x < cells.x1(); x++) {
        J2kArea block = J2kArea.cell(x, y, blockWidthLog(), blockHeightLog()).intersection(area);
        blocks.add(
            new J2kCodeBlock(
                block.x0() - band.area().x0() + band.planeX(),
                block.y0() - band.area().y0() + band.planeY(),
                block.width(),
                block.height()));
      }
    }
    return new J2kPrecinct.Part(
        band,
        cells.width(),
        blocks,
        new J2kTagTree(cells.width(), cells.height()),
        new J2kTagTree(cells.width(), cells.height()));
  }
}
