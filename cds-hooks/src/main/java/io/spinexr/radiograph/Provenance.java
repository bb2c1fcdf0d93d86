package io.spinexr.radiograph;

import io.spinexr.image.GrayscaleImage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * What the findings of a study came from, so that they can be computed again and compared.
 *
 * @param pixels by SOP instance UID: {@link #hash} of each analysed image
 */
public record Provenance(Configuration configuration, Map<String, String> pixels) {
  public Provenance {
    pixels = Map.copyOf(pixels);
  }

  /**
   * Names an image by what the networks start from, however its file is compressed without loss: a
   * change of its pixels or of how they are to be shown, such as its window, changes it, and so
   * does another preprocessing.
   *
   * @return SHA-256 of the image as a binary PGM file of 8 bits ({@code P5}, one line each for the
   *     size and for 255), as 64 hexadecimal digits
   */
  public static String hash(GrayscaleImage image) {
    String header = "P5\n%d %d\n255\n".formatted(image.width(), image.height());
    return sha256(header.getBytes(StandardCharsets.US_ASCII), image.pixels());
  }

  /** With what was kept of images that were not analysed again. */
  public Provenance carrying(Provenance earlier, Set<String> sopInstanceUids) {
    Map<String, String> all = new HashMap<>(earlier.pixels);
    all.keySet().retainAll(sopInstanceUids);
    all.putAll(pixels);
    return new Provenance(configuration, all);
  }

  static String sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
