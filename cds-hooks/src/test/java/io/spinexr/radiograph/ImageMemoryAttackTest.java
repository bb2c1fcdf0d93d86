package io.spinexr.radiograph;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.image.Preprocessing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small files that ask for much memory, in a Java VM with the heap of a small server that ends when
 * it runs out.
 */
class ImageMemoryAttackTest {
  private static final int PREAMBLE_AND_META_LENGTH = 144;
  private static final int MEBI = 1 << 20;

  @TempDir private Path folder;

  @Test
  void refusesEachWithAReasonAndDecodesALargeRadiograph() throws Exception {
    int side = 4800;
    List<Path> files =
        List.of(
            deflated(400 * MEBI),
            file("letters", TransferSyntax.IMPLICIT_LITTLE_ENDIAN, letters(60 * MEBI)),
            file("jpeg2000", TransferSyntax.JPEG_2000_LOSSLESS, blank(9990)),
            file("items", TransferSyntax.EXPLICIT_LITTLE_ENDIAN, items(249_000)),
            file("radiograph", TransferSyntax.EXPLICIT_LITTLE_ENDIAN, noise(side)));
    assertThat(files.get(0))
        .as("deflated")
        .satisfies(f -> assertThat(Files.size(f)).isLessThan(3L * MEBI));

    assertThat(decoded(files))
        .satisfiesExactly(
            deflated -> assertThat(deflated).contains("inflates beyond the limit of"),
            letters ->
                assertThat(letters).contains("PhotometricInterpretation", "more than the limit"),
            blank -> assertThat(blank).contains("it needs ", " MB of memory where ", "-Xmx4g"),
            items -> assertThat(items).contains("no pixel data"),
            radiograph -> assertThat(radiograph).isEqualTo(side + " x " + side));
  }

  /** What a server's worker would make of each file. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] files) {
      List<byte[]> server = new ArrayList<>();
      for (int i = 0; i < 270; i++) {
        server.add(new byte[MEBI]); // what the rest of a server takes
      }
      ImageMemory memory = ImageMemory.ofThisProcess(1);
      ReadLimits limits = ReadLimits.DEFAULT.withMaxBytes((int) memory.file());
      RadiographDecoder decoder =
          new RadiographDecoder(100, memory.bytes(), Preprocessing.REFERENCE);
      for (String file : files) {
        System.out.println(decoded(Path.of(file), limits, decoder));
      }
      Reference.reachabilityFence(server);
    }

    private static String decoded(Path file, ReadLimits limits, RadiographDecoder decoder) {
      try {
        var image = decoder.decode(DicomReader.read(file, limits)).image();
        return image.width() + " x " + image.height();
      } catch (DicomException e) {
        return e.getMessage();
      }
    }
  }

  private static List<String> decoded(List<Path> files) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Worker.class.getName()));
    files.forEach(file -> command.add(file.toString()));
    Process worker = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(worker.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  private static DataSet.Builder instance() {
    return DataSet.builder()
        .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1")
        .put(Tag.SOPInstanceUID, "1.2.3");
  }

  private static DataSet.Builder image(int side) {
    return instance()
        .put(Tag.SamplesPerPixel, 1)
        .put(Tag.PhotometricInterpretation, "MONOCHROME2")
        .put(Tag.Rows, side)
        .put(Tag.Columns, side)
        .put(Tag.BitsAllocated, 16)
        .put(Tag.BitsStored, 16)
        .put(Tag.HighBit, 15)
        .put(Tag.PixelRepresentation, 0);
  }

  private static DataSet noise(int side) {
    byte[] pixels = new byte[2 * side * side];
    new Random(7).nextBytes(pixels);
    return image(side).putBytes(Tag.PixelData, VR.OW, ByteBuffer.wrap(pixels)).build();
  }

  private static DataSet letters(int count) {
    byte[] backslashes = new byte[count];
    Arrays.fill(backslashes, (byte) '\\');
    return image(100)
        .putBytes(Tag.PhotometricInterpretation, VR.CS, ByteBuffer.wrap(backslashes))
        .putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(20_000))
        .build();
  }

  private static DataSet items(int count) {
    return instance()
        .putItems(Tag.ProcedureCodeSequence, Collections.nCopies(count, DataSet.builder().build()))
        .build();
  }

  /** One empty packet stands for 100 million pixels (ISO 15444-1, annex A). */
  private static DataSet blank(int side) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream stream = new DataOutputStream(bytes);
    stream.writeShort(0xFF4F);
    stream.writeShort(0xFF51); // SIZ
    stream.writeShort(41);
    stream.writeShort(0);
    for (int value : new int[] {side, side, 0, 0, side, side, 0, 0}) {
      stream.writeInt(value);
    }
    stream.writeShort(1);
    stream.write(new byte[] {15, 1, 1});
    stream.writeShort(0xFF52); // COD
    stream.writeShort(12);
    stream.write(new byte[] {0, 0, 0, 1, 0, 0, 4, 4, 0, 1});
    stream.writeShort(0xFF5C); // QCD
    stream.writeShort(4);
    stream.write(new byte[] {0x40, (byte) 0x80});
    stream.writeShort(0xFF90); // SOT
    stream.writeShort(10);
    stream.writeShort(0);
    stream.writeInt(15);
    stream.write(new byte[] {0, 1});
    stream.writeShort(0xFF93); // SOD
    stream.write(0);
    stream.writeShort(0xFFD9);
    ByteBuffer codestream = ByteBuffer.wrap(bytes.toByteArray());
    return image(side)
        .putFragments(Tag.PixelData, List.of(ByteBuffer.allocate(0), codestream))
        .build();
  }

  private Path file(String name, String syntax, DataSet dataSet) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      DicomWriter.write(new DicomFile(syntax, dataSet), out);
    }
    return file;
  }

  /** As small as the allowed ratio lets it be: some noise before the zeros. */
  private Path deflated(int size) throws IOException {
    byte[] meta = bytes(TransferSyntax.DEFLATED, instance().build());
    byte[] plain = bytes(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image(9990).build());
    Path file = folder.resolve("deflated");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(meta, 0, dataSetStart(meta));
      try (DeflaterOutputStream data =
          new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, true), 1 << 16)) {
        data.write(plain, dataSetStart(plain), plain.length - dataSetStart(plain));
        ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) 0x7FE0).putShort((short) 0x0010).put((byte) 'O').put((byte) 'W');
        header.putShort((short) 0).putInt(size);
        data.write(header.array());
        byte[] noise = new byte[MEBI];
        new Random(7).nextBytes(noise);
        data.write(noise);
        for (int written = MEBI; written < size; written += MEBI) {
          data.write(new byte[MEBI]);
        }
      }
    }
    return file;
  }

  private static int dataSetStart(byte[] file) {
    return PREAMBLE_AND_META_LENGTH
        + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(PREAMBLE_AND_META_LENGTH - 4);
  }

  private static byte[] bytes(String syntax, DataSet dataSet) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DicomWriter.write(new DicomFile(syntax, dataSet), bytes);
    return bytes.toByteArray();
  }
}
