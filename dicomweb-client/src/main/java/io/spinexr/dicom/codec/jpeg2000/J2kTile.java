package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.cores.Cores;
import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.jpeg2000.header.J2kArea;
import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCodestream;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCoding;
import io.spinexr.dicom.codec.jpeg2000.header.J2kOrder;
import io.spinexr.dicom.codec.jpeg2000.header.J2kProgression;
import io.spinexr.dicom.codec.jpeg2000.header.J2kSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Decodes one tile: packets, code-blocks, inverse transform (ISO 15444-1, annexes B to G). */
final class J2kTile {
  private static final int MOST_PROGRESSIONS = 32;

  /**
   * Encoders have 1024 and more; each code-block takes some hundred bytes of memory and each
   * precinct a thousand, and need not have one in the codestream.
   */
  private static final int PIXELS_PER_CELL = 512;

  /** What a tile of any size may have. */
  private static final int FEW_CELLS = 16_384;

  private final J2kCodestream.Tile tile;
  private final J2kArea area;
  private final J2kSize size;
  private final J2kCoding coding;
  private final List<J2kResolution> resolutions;
  private final List<List<J2kPrecinct>> precincts = new ArrayList<>();

  J2kTile(J2kCodestream stream, int index) {
    this.tile = stream.tiles().get(index);
    this.size = stream.size();
    this.area = size.tile(index);
    this.coding = tile.header().coding();
    if (coding.reversible() && !tile.header().quantization().exact()) {
      throw J2kBytes.damaged("its reversible transform is quantized");
    }
    this.resolutions =
        IntStream.rangeClosed(0, coding.levels())
            .mapToObj(r -> J2kResolution.of(r, area, tile.header(), size.precision()))
            .toList();
  }

  /**
   * @param codestream all its bytes
   * @param samples of the image, row by row; those of this tile are written
   */
  void decode(byte[] codestream, short[] samples) {
    readPackets();
    J2kPlane plane = J2kPlane.of(coding.reversible(), area.width(), area.height());
    int regionShift = tile.header().regionShift();
    List<Work> blocks =
        precincts.stream()
            .flatMap(List::stream)
            .flatMap(precinct -> precinct.parts().stream())
            .flatMap(
                part ->
                    part.blocks().stream()
                        .filter(J2kCodeBlock::isIncluded)
                        .map(block -> new Work(part.band(), block)))
            .toList();
    Cores.each(
        blocks.size(),
        index -> {
          Work work = blocks.get(index);
          int[] coefficients =
              new J2kBlockDecoder(coding, work.band(), work.block()).decode(codestream);
          J2kBlockDecoder.lowerRegion(coefficients, regionShift);
          plane.put(work.block(), coefficients, work.band().step());
        });
    for (int r = 1; r < resolutions.size(); r++) {
      plane.synthesize(resolutions.get(r - 1).area(), resolutions.get(r).area());
    }
    plane.write(samples, area, size);
  }

  private record Work(J2kBand band, J2kCodeBlock block) {}

  private void readPackets() {
    J2kPackets packets = new J2kPackets(tile, (long) area.width() * area.height());
    J2kOrder order = tile.header().order();
    long cells = 0;
    long blocks = 0;
    for (J2kResolution resolution : resolutions) {
      J2kArea grid = resolution.precincts();
      cells += (long) grid.width() * grid.height();
      blocks += resolution.blocks();
    }
    if (cells * order.layers() > packets.limit()) {
      throw J2kBytes.damaged("it ends early: it promises more packets than it has bytes");
    }
    if (cells + blocks > FEW_CELLS + (long) area.width() * area.height() / PIXELS_PER_CELL) {
      throw CodecException.unsupported("JPEG 2000 with code-blocks of a few pixels");
    }
    List<J2kProgression> progressions = tile.header().progressions();
    if (progressions.isEmpty()) {
      progressions = List.of(order.progression());
    }
    if (progressions.size() > MOST_PROGRESSIONS) {
      throw CodecException.unsupported("JPEG 2000 with many progressions");
    }
    for (J2kResolution resolution : resolutions) {
      precincts.add(precincts(resolution));
    }
    progressions.forEach(progression -> read(packets, progression, order.layers()));
    if (packets.count() < cells * order.layers()) {
      throw J2kBytes.damaged("its progressions leave packets out");
    }
    packets.finish();
  }

  private static List<J2kPrecinct> precincts(J2kResolution resolution) {
    J2kArea grid = resolution.precincts();
    List<J2kPrecinct> precincts = new ArrayList<>(grid.width() * grid.height());
    for (int row = grid.y0(); row < grid.y1(); row++) {
      for (int column = grid.x0(); column < grid.x1(); column++) {
        precincts.add(new J2kPrecinct(resolution, column, row));
      }
    }
    return precincts;
  }

  /** With one component, five orders are four (B.12.1). */
  private void read(J2kPackets packets, J2kProgression progression, int layers) {
    int last = Math.min(progression.toResolution(), precincts.size());
    int first = Math.min(progression.fromResolution(), last);
    int toLayer = Math.min(progression.toLayer(), layers);
    List<List<J2kPrecinct>> chosen = precincts.subList(first, last);
    switch (progression.order()) {
      case 0 -> {
        for (int layer = 1; layer <= toLayer; layer++) {
          for (List<J2kPrecinct> resolution : chosen) {
            read(packets, resolution, layer);
          }
        }
      }
      case 1 -> {
        for (List<J2kPrecinct> resolution : chosen) {
          for (int layer = 1; layer <= toLayer; layer++) {
            read(packets, resolution, layer);
          }
        }
      }
      case 2 -> chosen.forEach(resolution -> read(packets, resolution, toLayer));
      default ->
          read(
              packets,
              chosen.stream()
                  .flatMap(List::stream)
                  .sorted(
                      Comparator.comparingLong(J2kPrecinct::referenceY)
                          .thenComparingLong(J2kPrecinct::referenceX)
                          .thenComparingInt(J2kPrecinct::resolution))
                  .toList(),
              toLayer);
    }
  }

  /** Reads what these precincts lack, up to that many layers of each before the next. */
  private static void read(J2kPackets packets, List<J2kPrecinct> precincts, int layers) {
    for (J2kPrecinct precinct : precincts) {
      while (precinct.packets() < layers) {
        packets.read(precinct);
      }
    }
  }
}
