package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCodestream;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCoding;
import io.spinexr.dicom.codec.jpeg2000.header.J2kOrder;
import java.util.List;

/** Reads the packets of a tile one after the other (ISO 15444-1, B.9 and B.10). */
final class J2kPackets {
  private static final int SOP = 0xFF91;
  private static final int EPH = 0xFF92;
  private static final int MOST_LENGTH_BITS = 31;

  /** What a tile of any size may have. */
  private static final int FEW_CHUNKS = 1 << 16;

  /**
   * Each takes 12 to 24 bytes; code-blocks of 32 x 32 that end every pass have one per 36 pixels.
   */
  private static final int PIXELS_PER_CHUNK = 24;

  private final J2kOrder order;
  private final J2kCoding coding;
  private final List<J2kBytes> bodies;
  private final boolean headersApart;
  private final J2kBytes headers;
  private final long mostChunks;
  private long chunks;
  private int body;
  private int count;

  /**
   * @param pixels of the tile
   */
  J2kPackets(J2kCodestream.Tile tile, long pixels) {
    this.order = tile.header().order();
    this.coding = tile.header().coding();
    this.bodies = tile.bodies();
    List<J2kBytes> packed =
        tile.packetHeaders().isEmpty() ? tile.header().packedHeaders() : tile.packetHeaders();
    this.headersApart = !packed.isEmpty();
    this.headers = J2kBytes.join(packed);
    this.mostChunks = FEW_CHUNKS + pixels / PIXELS_PER_CHUNK;
  }

  /** The most packets that there can be: each takes a byte at least. */
  long limit() {
    return headersApart
        ? headers.remaining()
        : bodies.stream().mapToLong(J2kBytes::remaining).sum();
  }

  int count() {
    return count;
  }

  /** Reads the next packet, which is the next layer of that precinct. */
  void read(J2kPrecinct precinct) {
    while (bodies.get(body).remaining() == 0 && body < bodies.size() - 1) {
      body++;
    }
    J2kBytes data = bodies.get(body);
    if (order.startMarkers() && data.peek16() == SOP) {
      J2kBytes start = data.take(6);
      start.take(4);
      if (start.u16() != (count & 0xFFFF)) {
        throw J2kBytes.damaged("a packet is missing");
      }
    }
    J2kBytes header = headersApart ? headers : data;
    J2kBits bits = new J2kBits(header);
    boolean filled = bits.bit() == 1;
    if (filled) {
      precinct.open().forEach(part -> readHeader(part, precinct.packets(), bits));
    }
    bits.align();
    if (order.endMarkers() && header.u16() != EPH) {
      throw J2kBytes.damaged("a packet header does not end where it should");
    }
    if (filled) {
      for (J2kPrecinct.Part part : precinct.parts()) {
        for (J2kCodeBlock block : part.blocks()) {
          block.place(data);
        }
      }
    }
    precinct.countPacket();
    count++;
  }

  private void readHeader(J2kPrecinct.Part part, int layer, J2kBits bits) {
    for (int i = 0; i < part.blocks().size(); i++) {
      J2kCodeBlock block = part.blocks().get(i);
      int column = i % part.blocksAcross();
      int row = i / part.blocksAcross();
      if (block.isIncluded()) {
        if (bits.bit() == 0) {
          continue;
        }
      } else {
        if (!part.firstLayers().isLess(bits, column, row, layer + 1)) {
          continue;
        }
        while (!part.zeroPlanes().isLess(bits, column, row, block.zeroPlanes + 1)) {
          block.zeroPlanes++;
          if (block.zeroPlanes >= part.band().bitPlanes()) {
            throw J2kBytes.damaged("a code-block has more bit planes than its subband");
          }
        }
      }
      readChunks(block, part.band().bitPlanes(), bits);
    }
  }

  private void readChunks(J2kCodeBlock block, int bitPlanes, J2kBits bits) {
    int passes = passes(bits);
    if (block.passes() + passes > 3 * (bitPlanes - block.zeroPlanes) - 2) {
      throw J2kBytes.damaged("a code-block has more passes than bit planes have");
    }
    while (bits.bit() == 1) {
      block.lengthBits++;
    }
    while (passes > 0) {
      int together = block.passesOfSegment(coding, passes);
      int lengthBits = block.lengthBits + 31 - Integer.numberOfLeadingZeros(together);
      if (lengthBits > MOST_LENGTH_BITS) {
        throw J2kBytes.damaged("a code-block is longer than can be");
      }
      if (++chunks > mostChunks) {
        throw CodecException.unsupported("JPEG 2000 with code-blocks in countless pieces");
      }
      block.add(together, bits.bits(lengthBits));
      passes -= together;
    }
  }

  /** Table B.4. */
  private static int passes(J2kBits bits) {
    if (bits.bit() == 0) {
      return 1;
    }
    if (bits.bit() == 0) {
      return 2;
    }
    int more = bits.bits(2);
    if (more < 3) {
      return 3 + more;
    }
    more = bits.bits(5);
    return more < 31 ? 6 + more : 37 + bits.bits(7);
  }

  /** Makes sure that the tile has no bytes that no packet claims. */
  void finish() {
    for (; body < bodies.size(); body++) {
      J2kBytes rest = bodies.get(body);
      boolean end = body == bodies.size() - 1 && rest.peek16() == J2kCodestream.EOC;
      if (rest.remaining() > 0 && !end) {
        throw J2kBytes.damaged("it has bytes that belong to no packet");
      }
    }
    if (headers.remaining() > 0) {
      throw J2kBytes.damaged("it has packet headers without packets");
    }
  }
}
