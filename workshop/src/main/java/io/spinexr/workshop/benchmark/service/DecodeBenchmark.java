package io.spinexr.workshop.benchmark.service;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.Rle;
import io.spinexr.dicom.codec.jpeg.Jpeg;
import io.spinexr.dicom.codec.jpeg2000.Jpeg2000;
import io.spinexr.dicom.codec.jpegls.JpegLs;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.PillowResize;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Times the decoding of one radiograph in each transfer syntax, in turns with gdcm and pydicom. The
 * image is a phantom with noise as a detector has it, compressed by dcmtk and gdcm.
 */
public final class DecodeBenchmark {
  private static final long SEED = 7;

  /** Standard deviation in levels of 12 bits. */
  private static final double NOISE = 12;

  private static final int WARM_UPS = 20;
  private static final String PYTHON = "/usr/bin/python3";

  private static final List<Encoding> ENCODINGS =
      List.of(
          new Encoding("RLE Lossless", 12, "dcmcrle"),
          new Encoding("JPEG Baseline, 8 bits", 8, "dcmcjpeg", "+eb"),
          new Encoding("JPEG Extended", 12, "dcmcjpeg", "+ee"),
          new Encoding("JPEG Lossless", 12, "dcmcjpeg", "+e1"),
          new Encoding("JPEG-LS Lossless", 12, "dcmcjpls", "+el"),
          new Encoding("JPEG-LS Near-Lossless", 12, "dcmcjpls", "+en"),
          new Encoding("JPEG 2000 Lossless", 12, "gdcmconv", "--j2k"),
          new Encoding(
              "JPEG 2000 irreversible",
              12,
              "gdcmconv",
              "--j2k",
              "--lossy",
              "--irreversible",
              "-r",
              "10"));

  private final Path folder;
  private final FrameSize size;
  private final int rounds;
  private final PrintStream out;

  /**
   * @param folder for files, which stay there
   * @param rounds timed runs of each program, of which the median counts
   */
  public DecodeBenchmark(Path folder, FrameSize size, int rounds, PrintStream out) {
    this.folder = folder;
    this.size = size;
    this.rounds = rounds;
    this.out = out;
  }

  private record Encoding(String name, int bits, List<String> command) {
    Encoding(String name, int bits, String... command) {
      this(name, bits, List.of(command));
    }
  }

  /** Times the programs and prints a table. */
  public void run() throws IOException, InterruptedException {
    GrayscaleImage phantom =
        PillowResize.resize(
            new PhantomGenerator().generate(SEED, 1).grayscale(), size.width(), size.height());
    DicomFile twelveBits = file(phantom, 12);
    DicomWriter.write(twelveBits, uncompressed(12));
    DicomWriter.write(file(phantom, 8), uncompressed(8));
    Path script = Files.createTempFile(folder, "decode", ".py");
    try (InputStream resource = DecodeBenchmark.class.getResourceAsStream("decode.py")) {
      Files.write(script, resource.readAllBytes());
    }

    out.println(Machine.description());
    out.printf(
        "%d x %d pixels, milliseconds per frame, median of %d%n%n",
        size.width(), size.height(), rounds);
    out.println("| transfer syntax | ours | gdcm | gdcm / ours | pydicom | pydicom / ours |");
    out.println("|---|---|---|---|---|---|");
    for (Encoding encoding : ENCODINGS) {
      time(encoding, script);
    }
    out.printf(
        Locale.ROOT,
        "%nFrom stored values to the 8-bit image, in every syntax: %.1f ms more.%n",
        median(() -> OptionalDouble.of(toGrayscale(twelveBits))).orElseThrow());
  }

  private void time(Encoding encoding, Path script) throws IOException, InterruptedException {
    Path compressed = folder.resolve("compressed.dcm");
    List<String> command = new ArrayList<>(encoding.command);
    command.add(uncompressed(encoding.bits).toString());
    command.add(compressed.toString());
    if (milliseconds(command).isEmpty()) {
      out.printf(
          "| %s | not measured: %s is missing or failed |||||%n",
          encoding.name, encoding.command.get(0));
      return;
    }
    DicomFile file = DicomReader.read(compressed);
    List<Double> ours = new ArrayList<>();
    List<Double> gdcm = new ArrayList<>();
    List<Double> pydicom = new ArrayList<>();
    // A server that runs has met its codecs before: their code is compiled.
    for (int i = 0; i < WARM_UPS; i++) {
      decode(file);
    }
    for (int round = 0; round < rounds; round++) {
      decode(file);
      ours.add(decode(file));
      OptionalDouble conversion = conversion(compressed);
      OptionalDouble copy = conversion(uncompressed(encoding.bits));
      if (conversion.isPresent() && copy.isPresent()) {
        gdcm.add(conversion.getAsDouble() - copy.getAsDouble());
      }
      output(List.of(PYTHON, script.toString(), compressed.toString()))
          .ifPresent(text -> pydicom.add(Double.parseDouble(text)));
    }
    double milliseconds = median(ours).orElseThrow();
    out.printf(
        Locale.ROOT,
        "| %s | %.1f | %s | %s |%n",
        encoding.name,
        milliseconds,
        beside(median(gdcm), milliseconds),
        beside(median(pydicom), milliseconds));
  }

  private static String beside(OptionalDouble theirs, double ours) {
    return theirs.isEmpty()
        ? "- | -"
        : String.format(
            Locale.ROOT, "%.1f | %.2f", theirs.getAsDouble(), theirs.getAsDouble() / ours);
  }

  private interface Timed {
    OptionalDouble milliseconds() throws IOException, InterruptedException;
  }

  private OptionalDouble median(Timed timed) throws IOException, InterruptedException {
    List<Double> all = new ArrayList<>();
    timed.milliseconds();
    for (int round = 0; round < rounds; round++) {
      timed.milliseconds().ifPresent(all::add);
    }
    return median(all);
  }

  private static OptionalDouble median(List<Double> values) {
    return values.stream()
        .sorted()
        .skip(values.size() / 2)
        .mapToDouble(Double::doubleValue)
        .findFirst();
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** How many milliseconds the frame of a compressed file takes here. */
  private double decode(DicomFile file) {
    ByteBuffer frame = file.dataSet().fragments(Tag.PixelData).get(1);
    long start = System.nanoTime();
    DecodedFrame decoded =
        switch (file.transferSyntaxUid()) {
          case TransferSyntax.RLE -> Rle.decode(frame, size);
          case TransferSyntax.JPEG_LS_LOSSLESS, TransferSyntax.JPEG_LS ->
              JpegLs.decode(frame, size);
          case TransferSyntax.JPEG_2000_LOSSLESS, TransferSyntax.JPEG_2000 ->
              Jpeg2000.decode(frame, size);
          default -> Jpeg.decode(frame, size);
        };
    double milliseconds = since(start);
    if (!decoded.warnings().isEmpty()) {
      throw new IllegalStateException("an encoder wrote what is odd: " + decoded.warnings());
    }
    return milliseconds;
  }

  private static double toGrayscale(DicomFile file) {
    long start = System.nanoTime();
    new RadiographDecoder().decode(file);
    return since(start);
  }

  /** With process, reading and writing, which the conversion of an uncompressed file has, too. */
  private OptionalDouble conversion(Path file) throws IOException, InterruptedException {
    return milliseconds(
        List.of("gdcmconv", "--raw", file.toString(), folder.resolve("raw.dcm").toString()));
  }

  /** How many milliseconds a program took; empty if it is missing or failed. */
  private OptionalDouble milliseconds(List<String> command)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    return output(command).isPresent() ? OptionalDouble.of(since(start)) : OptionalDouble.empty();
  }

  /** What a program printed; empty if it is missing or failed. */
  private static Optional<String> output(List<String> command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return Optional.empty();
    }
    try (InputStream printed = process.getInputStream()) {
      String text = new String(printed.readAllBytes());
      return process.waitFor() == 0 ? Optional.of(text.strip()) : Optional.empty();
    }
  }

  private Path uncompressed(int bits) {
    return folder.resolve("uncompressed-%d.dcm".formatted(bits));
  }

  private DicomFile file(GrayscaleImage phantom, int bits) {
    int bytes = bits > 8 ? 2 : 1;
    ByteBuffer cells =
        ByteBuffer.allocate(phantom.pixels().length * bytes).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(SEED);
    for (byte level : phantom.pixels()) {
      int value = (int) Math.round(((level & 0xFF) << 4) + NOISE * random.nextGaussian());
      int within = Math.max(0, Math.min(value, 4095)) >> 12 - bits;
      if (bytes == 2) {
        cells.putShort((short) within);
      } else {
        cells.put((byte) within);
      }
    }
    DataSet dataSet =
        PhantomFile.of(new PhantomGenerator().generate(SEED, 1), PhantomFile.Study.of(SEED), 1)
            .dataSet()
            .toBuilder()
            .put(Tag.Rows, size.height())
            .put(Tag.Columns, size.width())
            .put(Tag.BitsAllocated, 8 * bytes)
            .put(Tag.BitsStored, bits)
            .put(Tag.HighBit, bits - 1)
            .put(Tag.WindowCenter, 1 << bits - 1)
            .put(Tag.WindowWidth, 1 << bits)
            .putBytes(Tag.PixelData, bytes == 2 ? VR.OW : VR.OB, cells.flip())
            .build();
    return new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, dataSet);
  }
}
