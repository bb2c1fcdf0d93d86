package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the main header or the headers of one tile say (ISO 15444-1, A.6). A tile's word stands
 * before the main one, and a word for the component before that for all.
 */
public final class J2kHeader {
  static final int SOT = 0xFF90;
  static final int SOD = 0xFF93;
  private static final int COD = 0xFF52;
  private static final int COC = 0xFF53;
  private static final int QCD = 0xFF5C;
  private static final int QCC = 0xFF5D;
  private static final int RGN = 0xFF5E;
  private static final int POC = 0xFF5F;
  private static final int PPM = 0xFF60;
  private static final int PPT = 0xFF61;

  private final Optional<J2kHeader> main;
  private @Nullable J2kOrder order;
  private @Nullable J2kCoding coding;
  private @Nullable J2kCoding componentCoding;
  private @Nullable J2kQuantization quantization;
  private @Nullable J2kQuantization componentQuantization;
  private @Nullable Integer regionShift;
  private final List<J2kProgression> progressions = new ArrayList<>();
  private final List<J2kBytes> packedHeaders = new ArrayList<>();

  /** The main header. */
  J2kHeader() {
    this.main = Optional.empty();
  }

  /** The headers of a tile. */
  J2kHeader(J2kHeader main) {
    this.main = Optional.of(main);
  }

  public J2kOrder order() {
    return first(order, J2kHeader::order, "order of packets");
  }

  public J2kCoding coding() {
    return first(
        componentCoding != null ? componentCoding : coding, J2kHeader::coding, "coding style");
  }

  public J2kQuantization quantization() {
    return first(
        componentQuantization != null ? componentQuantization : quantization,
        J2kHeader::quantization,
        "quantization");
  }

  /** By how many bits the coefficients of a region of interest are raised (H.1). */
  public int regionShift() {
    return regionShift != null ? regionShift : main.map(J2kHeader::regionShift).orElse(0);
  }

  public List<J2kProgression> progressions() {
    if (!progressions.isEmpty()) {
      return progressions;
    }
    return main.map(J2kHeader::progressions).orElse(List.of());
  }

  /** The contents of this header's own PPM or PPT, in the order in which they are to be read. */
  public List<J2kBytes> packedHeaders() {
    return packedHeaders;
  }

  private <T> T first(@Nullable T own, Function<J2kHeader, T> inherited, String name) {
    return own != null
        ? own
        : main.map(inherited).orElseThrow(() -> J2kBytes.damaged("it states no " + name));
  }

  /**
   * Reads marker segments up to SOT or SOD, of which the marker is read, too.
   *
   * @return that marker
   */
  int read(J2kBytes stream) {
    Map<Integer, J2kBytes> packed = new TreeMap<>();
    while (true) {
      int marker = stream.u16();
      if (marker == SOT || marker == SOD) {
        packedHeaders.addAll(packed.values());
        return marker;
      }
      if (marker < 0xFF01 || marker > 0xFF8F) {
        throw J2kBytes.damaged("a header holds what is no marker");
      }
      if (marker >= 0xFF30 && marker < 0xFF40) {
        continue; // the standard gives these no segment
      }
      J2kBytes segment = stream.take(stream.u16() - 2L);
      if (marker == (main.isEmpty() ? PPM : PPT)) {
        once(packed.put(segment.u8(), segment));
      } else {
        read(marker, segment);
      }
    }
  }

  private void read(int marker, J2kBytes segment) {
    switch (marker) {
      case COD -> {
        once(order);
        int scod = segment.u8();
        order = J2kOrder.read(scod, segment);
        coding = J2kCoding.read(scod, segment);
      }
      case COC -> {
        once(componentCoding);
        requireFirstComponent(segment);
        componentCoding = J2kCoding.read(segment.u8(), segment);
      }
      case QCD -> {
        once(quantization);
        quantization = J2kQuantization.read(segment);
      }
      case QCC -> {
        once(componentQuantization);
        requireFirstComponent(segment);
        componentQuantization = J2kQuantization.read(segment);
      }
      case RGN -> {
        once(regionShift);
        requireFirstComponent(segment);
        if (segment.u8() != 0) {
          throw CodecException.unsupported("JPEG 2000 with extensions of part 2");
        }
        regionShift = segment.u8();
      }
      case POC -> readProgressions(segment);
      default -> {
        if (marker >= 0xFF70 && marker < 0xFF80) {
          throw CodecException.unsupported("JPEG 2000 with extensions of part 2");
        }
      }
    }
  }

  private void readProgressions(J2kBytes segment) {
    while (segment.remaining() > 0) {
      int fromResolution = segment.u8();
      int fromComponent = segment.u8();
      int toLayer = segment.u16();
      int toResolution = segment.u8();
      segment.u8();
      int order = segment.u8();
      if (fromComponent == 0) {
        progressions.add(new J2kProgression(fromResolution, toResolution, toLayer, order));
      }
    }
  }

  private static void once(@Nullable Object before) {
    if (before != null) {
      throw J2kBytes.damaged("a header says something twice");
    }
  }

  private static void requireFirstComponent(J2kBytes segment) {
    if (segment.u8() != 0) {
      throw J2kBytes.damaged("a header describes a component that is not there");
    }
  }
}
