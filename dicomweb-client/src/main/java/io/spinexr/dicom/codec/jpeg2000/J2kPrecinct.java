package io.spinexr.dicom.codec.jpeg2000;

import java.util.List;

/** A part of a resolution whose code-blocks share packets, one packet a layer (B.6, B.7). */
final class J2kPrecinct {
  /** The code-blocks of one subband, row by row. */
  record Part(
      J2kBand band,
      int blocksAcross,
      List<J2kCodeBlock> blocks,
      J2kTagTree firstLayers,
      J2kTagTree zeroPlanes) {}

  private final J2kResolution resolution;
  private final int column;
  private final int row;
  private List<Part> parts = List.of();
  private int packets;

  /**
   * @param column in the grid of precincts through (0, 0)
   * @param row in that grid
   */
  J2kPrecinct(J2kResolution resolution, int column, int row) {
    this.resolution = resolution;
    this.column = column;
    this.row = row;
  }

  int resolution() {
    return resolution.number();
  }

  /** Where it begins on the reference grid. */
  long referenceX() {
    return resolution.referenceX(column);
  }

  long referenceY() {
    return resolution.referenceY(row);
  }

  /** Packets read so far, which is the layer of the next one. */
  int packets() {
    return packets;
  }

  void countPacket() {
    packets++;
  }

  /** Empty until {@link #open()} is called, so that precincts without any bytes stay small. */
  List<Part> parts() {
    return parts;
  }

  List<Part> open() {
    if (parts.isEmpty()) {
      parts = resolution.parts(column, row);
    }
    return parts;
  }
}
