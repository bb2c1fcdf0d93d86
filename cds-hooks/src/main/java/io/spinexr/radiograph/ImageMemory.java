package io.spinexr.radiograph;

/**
 * How much of the Java heap an image may take while it is analysed, beside what the server takes
 * itself and what the images of other workers take at the same time. An image that needs more is
 * refused before memory is taken for it: memory that runs out ends the process.
 *
 * @param bytes for one image
 */
public record ImageMemory(long bytes) {
  /**
   * FHIR store, database cache and requests under way; docs/reliability.md has what was measured.
   */
  private static final long SERVER = 300L << 20;

  /** A radiograph of 12 megapixels in the compression that needs most. */
  private static final long LEAST = 200L << 20;

  /** A heap is never filled to the last byte: large arrays need room in one piece. */
  private static final double USABLE = 0.9;

  /** Of the heap of this process. */
  public static ImageMemory ofThisProcess(int workers) {
    return of(Runtime.getRuntime().maxMemory(), workers);
  }

  /**
   * @param heap of the Java VM at most, in bytes
   * @param workers how many images are analysed at a time, at least 1
   */
  static ImageMemory of(long heap, int workers) {
    return new ImageMemory(Math.max(1, (long) (heap * USABLE) - SERVER) / workers);
  }

  /**
   * The smallest heap that is worth a start, in bytes.
   *
   * @param workers how many images are analysed at a time; 0 on a node that analyses none
   */
  public static long smallestHeap(int workers) {
    return (long) ((SERVER + workers * LEAST) / USABLE);
  }

  /** What a file may have, in bytes: one that comes without a length is held twice for a moment. */
  public long file() {
    return bytes / 3;
  }
}
