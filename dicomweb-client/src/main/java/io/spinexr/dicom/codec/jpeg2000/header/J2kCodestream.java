package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.FrameSize;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A codestream cut into tiles (ISO 15444-1, annex A). Tile-parts of several tiles may be mixed; how
 * many there are (TNsot) is not believed, because the packets tell whether all are there.
 *
 * @param tiles row by row
 * @param endMarker false if the codestream ends behind a tile-part of known length, without EOC
 */
public record J2kCodestream(J2kSize size, List<Tile> tiles, boolean endMarker) {
  public static final int EOC = 0xFFD9;
  private static final int SOC = 0xFF4F;
  private static final int SIZ = 0xFF51;
  private static final int SOT_LENGTH = 12;
  private static final int LEAST_TILE_PART = 14;

  /** SOT numbers them in 16 bits, of which the highest value is reserved (A.4.2). */
  private static final int MOST_TILES = 65535;

  /**
   * @param header of all tile-parts
   * @param bodies of the tile-parts
   * @param packetHeaders of the tile-parts, if they are packed apart from the bodies
   */
  public record Tile(J2kHeader header, List<J2kBytes> bodies, List<J2kBytes> packetHeaders) {}

  /**
   * @param stream a codestream, bare or within boxes
   */
  public static J2kCodestream read(J2kBytes stream, FrameSize frame) {
    J2kBoxes.skipToCodestream(stream);
    if (stream.u16() != SOC || stream.u16() != SIZ) {
      throw J2kBytes.damaged("it does not begin with its size");
    }
    J2kSize size = J2kSize.read(stream.take(stream.u16() - 2L), frame);
    if (size.tiles() > MOST_TILES) {
      throw J2kBytes.damaged("it has more tiles than can be numbered");
    }
    if (size.tiles() * LEAST_TILE_PART > stream.remaining()) {
      throw J2kBytes.damaged("it has fewer bytes than its tiles need");
    }
    J2kHeader main = new J2kHeader();
    if (main.read(stream) != J2kHeader.SOT) {
      throw J2kBytes.damaged("it has data before its first tile-part");
    }
    List<Tile> tiles =
        Stream.generate(() -> new Tile(new J2kHeader(main), new ArrayList<>(), new ArrayList<>()))
            .limit(size.tiles())
            .toList();
    boolean endMarker = readTileParts(stream, main, tiles);
    if (tiles.stream().anyMatch(tile -> tile.bodies().isEmpty())) {
      throw J2kBytes.damaged("it lacks tiles");
    }
    return new J2kCodestream(size, tiles, endMarker);
  }

  private static boolean readTileParts(J2kBytes stream, J2kHeader main, List<Tile> tiles) {
    J2kBytes packed = J2kBytes.join(main.packedHeaders());
    boolean isPacked = !main.packedHeaders().isEmpty();
    while (true) {
      stream.u16();
      int index = stream.u16();
      long length = stream.u32();
      int part = stream.u8();
      stream.u8();
      if (index >= tiles.size() || part != tiles.get(index).bodies().size()) {
        throw J2kBytes.damaged("a tile-part is not the next of its tile");
      }
      Tile tile = tiles.get(index);
      J2kBytes body = stream.take(length == 0 ? stream.remaining() : length - SOT_LENGTH);
      if (tile.header().read(body) != J2kHeader.SOD) {
        throw J2kBytes.damaged("a tile-part has no data");
      }
      tile.bodies().add(body);
      if (isPacked) {
        tile.packetHeaders().add(packed.take(packed.u32()));
      }
      if (stream.remaining() < 2) {
        return length == 0;
      }
      int marker = stream.u16();
      if (marker == EOC) {
        return true;
      }
      if (marker != J2kHeader.SOT) {
        throw J2kBytes.damaged("a tile-part does not end where it says");
      }
    }
  }
}
