package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.FrameSize;

/**
 * Where image and tiles lie on the reference grid, and what a sample is: the marker segment SIZ
 * (ISO 15444-1, A.5.1), for one component.
 *
 * @param image at most 2^31 - 1 columns and rows from the origin
 * @param firstTile may begin outside the image
 * @param precision bits per sample, 1 to 16
 */
public record J2kSize(J2kArea image, J2kArea firstTile, int precision, boolean signed) {
  static J2kSize read(J2kBytes segment, FrameSize size) {
    segment.u16();
    long x1 = segment.u32();
    long y1 = segment.u32();
    long x0 = segment.u32();
    long y0 = segment.u32();
    size.require(J2kBytes.NAME, x1 - x0, y1 - y0);
    long tileWidth = segment.u32();
    long tileHeight = segment.u32();
    long tileX0 = segment.u32();
    long tileY0 = segment.u32();
    if (x1 > Integer.MAX_VALUE
        || y1 > Integer.MAX_VALUE
        || tileX0 > x0
        || tileY0 > y0
        || tileX0 + tileWidth <= x0
        || tileY0 + tileHeight <= y0) {
      throw J2kBytes.damaged("image and tiles lie where they cannot");
    }
    if (segment.u16() != 1) {
      throw CodecException.unsupported("JPEG 2000 in colour");
    }
    int depth = segment.u8();
    int precision = (depth & 0x7F) + 1;
    if (precision > 16) {
      throw CodecException.unsupported("JPEG 2000 of " + precision + " bits");
    }
    if (segment.u16() != 0x0101) {
      throw CodecException.unsupported("JPEG 2000 with subsampling");
    }
    return new J2kSize(
        new J2kArea((int) x0, (int) y0, (int) x1, (int) y1),
        new J2kArea(
            (int) tileX0,
            (int) tileY0,
            (int) Math.min(tileX0 + tileWidth, Integer.MAX_VALUE),
            (int) Math.min(tileY0 + tileHeight, Integer.MAX_VALUE)),
        precision,
        depth > 0x7F);
  }

  long tiles() {
    return (long) tilesAcross() * tilesDown();
  }

  /**
   * @param index row by row, less than {@link #tiles()}
   */
  public J2kArea tile(int index) {
    long x = firstTile.x0() + (long) (index % tilesAcross()) * firstTile.width();
    long y = firstTile.y0() + (long) (index / tilesAcross()) * firstTile.height();
    return new J2kArea(
        (int) Math.max(x, image.x0()),
        (int) Math.max(y, image.y0()),
        (int) Math.min(x + firstTile.width(), image.x1()),
        (int) Math.min(y + firstTile.height(), image.y1()));
  }

  private int tilesAcross() {
    return -Math.floorDiv(-(image.x1() - firstTile.x0()), firstTile.width());
  }

  private int tilesDown() {
    return -Math.floorDiv(-(image.y1() - firstTile.y0()), firstTile.height());
  }
}
