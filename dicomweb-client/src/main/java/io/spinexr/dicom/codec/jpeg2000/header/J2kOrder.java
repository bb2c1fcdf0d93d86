package io.spinexr.dicom.codec.jpeg2000.header;

/**
 * How the packets of a tile follow each other: the parameters SG of COD (ISO 15444-1, A.6.1).
 *
 * @param progression of all packets
 * @param layers 1 to 65535
 * @param startMarkers whether a packet may begin with SOP
 * @param endMarkers whether each packet header ends with EPH
 */
public record J2kOrder(
    J2kProgression progression, int layers, boolean startMarkers, boolean endMarkers) {
  static J2kOrder read(int scod, J2kBytes segment) {
    int order = segment.u8();
    int layers = segment.u16();
    segment.u8(); // colour transform, which one component does not have
    if (layers == 0) {
      throw J2kBytes.damaged("it has no layers");
    }
    return new J2kOrder(
        new J2kProgression(0, Integer.MAX_VALUE, layers, order),
        layers,
        (scod & 2) != 0,
        (scod & 4) != 0);
  }
}
