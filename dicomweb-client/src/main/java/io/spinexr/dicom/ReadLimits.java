package io.spinexr.dicom;

/**
 * What a reader refuses: a hostile or damaged file must not take the memory or the stack.
 *
 * @param maxBytes size of a file, and of a deflated file when inflated
 * @param maxElements attributes and items in all
 * @param maxDepth sequences inside each other
 * @param maxInflation how many times larger a deflated file may become; up to 1 MiB is always
 *     allowed
 */
public record ReadLimits(int maxBytes, int maxElements, int maxDepth, int maxInflation) {
  /** 512 MiB, 250 000 elements, 32 levels, 200 times. */
  public static final ReadLimits DEFAULT = new ReadLimits(512 << 20, 250_000, 32, 200);

  public ReadLimits {
    if (maxBytes < 1 || maxElements < 1 || maxDepth < 0 || maxInflation < 1) {
      throw new IllegalArgumentException("read limits must be positive");
    }
  }

  public ReadLimits withMaxBytes(int bytes) {
    return new ReadLimits(bytes, maxElements, maxDepth, maxInflation);
  }
}
