package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCoding;
import java.util.Arrays;

/**
 * A rectangle of coefficients that is coded for itself, and where its bytes lie. Chunks are what
 * one packet adds to one codeword segment.
 */
final class J2kCodeBlock {
  final int x;
  final int y;
  final int width;
  final int height;
  int lengthBits = 3;
  int zeroPlanes;
  private int passes;
  private int segmentEnd;
  private int chunks;
  private int placed;

  /** By chunk: passes, length, start in the codestream. */
  private int[] chunkData = {};

  /**
   * @param x first column in the tile's plane of coefficients
   * @param y first row
   */
  J2kCodeBlock(int x, int y, int width, int height) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  boolean isIncluded() {
    return passes > 0;
  }

  int passes() {
    return passes;
  }

  int chunks() {
    return chunks;
  }

  int chunkPasses(int chunk) {
    return chunkData[3 * chunk];
  }

  int chunkLength(int chunk) {
    return chunkData[3 * chunk + 1];
  }

  int chunkStart(int chunk) {
    return chunkData[3 * chunk + 2];
  }

  /** How many of the next passes belong to the current codeword segment. */
  int passesOfSegment(J2kCoding coding, int wanted) {
    if (passes == segmentEnd) {
      int more = coding.segmentPasses(passes);
      segmentEnd = more == Integer.MAX_VALUE ? more : passes + more;
    }
    return Math.min(wanted, segmentEnd - passes);
  }

  void add(int chunkPasses, int length) {
    if (3 * chunks == chunkData.length) {
      chunkData = Arrays.copyOf(chunkData, Math.max(3, 2 * chunkData.length));
    }
    chunkData[3 * chunks] = chunkPasses;
    chunkData[3 * chunks + 1] = length;
    chunks++;
    passes += chunkPasses;
  }

  /** Takes the bytes of the chunks that the last packet header added. */
  void place(J2kBytes body) {
    for (; placed < chunks; placed++) {
      chunkData[3 * placed + 2] = body.take(chunkLength(placed)).position();
    }
  }
}
