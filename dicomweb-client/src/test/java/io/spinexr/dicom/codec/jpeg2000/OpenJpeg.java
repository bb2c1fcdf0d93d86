package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.codec.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The reference encoder and decoder of JPEG 2000 (Debian's libopenjp2-tools). */
public final class OpenJpeg {
  private OpenJpeg() {}

  /**
   * @param options of {@code opj_compress}, separated by blanks
   */
  public static byte[] encode(TestImage image, String options)
      throws IOException, InterruptedException {
    return encode(image, options, ".j2k");
  }

  /** Within the boxes of a JP2 file. */
  static byte[] encodeJp2(TestImage image, String options)
      throws IOException, InterruptedException {
    return encode(image, options, ".jp2");
  }

  private static byte[] encode(TestImage image, String options, String suffix)
      throws IOException, InterruptedException {
    Path raw = Files.createTempFile("image", ".rawl");
    Path encoded = Files.createTempFile("image", suffix);
    try {
      Files.write(raw, bytes(image));
      List<Object> command = new ArrayList<>(List.of("opj_compress", "-i", raw, "-o", encoded));
      command.add("-F");
      command.add(
          "%d,%d,1,%d,%s"
              .formatted(image.width(), image.height(), image.bits(), image.signed() ? "s" : "u"));
      if (!options.isEmpty()) {
        command.addAll(List.of(options.split(" ")));
      }
      ReferencePrograms.run(command.toArray());
      return Files.readAllBytes(encoded);
    } finally {
      Files.delete(raw);
      Files.delete(encoded);
    }
  }

  /** What {@code opj_decompress} makes of a codestream of an image like this one. */
  public static short[] decode(byte[] codestream, TestImage image)
      throws IOException, InterruptedException {
    Path encoded = Files.createTempFile("image", ".j2k");
    Path raw = Files.createTempFile("image", ".rawl");
    try {
      Files.write(encoded, codestream);
      ReferencePrograms.run("opj_decompress", "-i", encoded, "-o", raw);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(raw)).order(ByteOrder.LITTLE_ENDIAN);
      short[] samples = new short[image.samples().length];
      for (int i = 0; i < samples.length; i++) {
        int sample = image.bits() > 8 ? bytes.getShort() : bytes.get();
        int spare = 32 - image.bits();
        samples[i] =
            (short) (image.signed() ? sample << spare >> spare : sample << spare >>> spare);
      }
      return samples;
    } finally {
      Files.delete(raw);
      Files.delete(encoded);
    }
  }

  private static byte[] bytes(TestImage image) {
    int size = image.bits() > 8 ? 2 : 1;
    ByteBuffer bytes =
        ByteBuffer.allocate(size * image.samples().length).order(ByteOrder.LITTLE_ENDIAN);
    for (short sample : image.samples()) {
      if (size == 2) {
        bytes.putShort(sample);
      } else {
        bytes.put((byte) sample);
      }
    }
    return bytes.array();
  }
}
