package io.spinexr.dicom.codec.jpeg2000.header;

/**
 * A stretch of packets in one order: an entry of the marker segment POC (ISO 15444-1, A.6.6).
 *
 * @param fromResolution first resolution
 * @param toResolution the one behind the last
 * @param toLayer the layer behind the last; what came before is left out
 * @param order what changes slowest, 0 to 4
 */
public record J2kProgression(int fromResolution, int toResolution, int toLayer, int order) {
  public J2kProgression {
    if (order > 4) {
      throw J2kBytes.damaged("its order of packets is impossible");
    }
  }
}
