package io.spinexr.inference.checkpoint;

import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The format of {@code torch.save} since PyTorch 1.6: a zip with {@code NAME/data.pkl} and one
 * {@code NAME/data/KEY} per storage.
 */
final class TorchZip {
  private static final String PICKLE = "data.pkl";

  private TorchZip() {}

  static Map<String, CheckpointTensor> read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String pickle =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith("/" + PICKLE))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CorruptCheckpoint("it is a zip without data.pkl, so not of torch.save"));
      String folder = pickle.substring(0, pickle.length() - PICKLE.length());
      ZipEntry order = zip.getEntry(folder + "byteorder");
      if (order != null
          && !"little".equals(new String(bytes(zip, order, 16), StandardCharsets.US_ASCII))) {
        throw new CorruptCheckpoint("it was written on a big-endian machine");
      }
      if (zip.getEntry(pickle).getSize() > Pickle.MAXIMUM_BYTES) {
        throw new CorruptCheckpoint(
            "its data.pkl has %d bytes, far more than tensors need; save the bare state_dict"
                .formatted(zip.getEntry(pickle).getSize()));
      }
      byte[] pickled = bytes(zip, zip.getEntry(pickle), Pickle.MAXIMUM_BYTES);
      Object root = Pickle.read(ByteBuffer.wrap(pickled), TorchStorage::of);
      return TorchStorage.stateDict(
          root,
          storage -> {
            String name = folder + "data/" + storage.key();
            ZipEntry entry = zip.getEntry(name);
            if (entry == null || entry.getSize() < storage.bytes()) {
              throw new CorruptCheckpoint(
                  "storage %s is missing or shorter than declared".formatted(storage.key()));
            }
            return () -> storage(file, name, (int) storage.bytes());
          });
    } catch (ZipException e) {
      throw new CorruptCheckpoint("its zip structure is damaged or truncated");
    }
  }

  /**
   * Opens the file anew, so that a checkpoint holds no resource and one storage at a time is in
   * memory.
   */
  private static ByteBuffer storage(Path file, String name, int length) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      byte[] bytes = bytes(zip, entry, Math.max(length, (int) entry.getSize()));
      CRC32 sum = new CRC32();
      sum.update(bytes);
      if (bytes.length < length || sum.getValue() != entry.getCrc()) {
        throw new ModelException(
            "checkpoint %s is damaged: the check sum (CRC-32) of %s differs".formatted(file, name));
      }
      return ByteBuffer.wrap(bytes);
    } catch (IOException e) {
      throw new ModelException("cannot read %s of checkpoint %s".formatted(name, file), e);
    }
  }

  /** As torch.save never compresses, the file's own size limits what is read. */
  private static byte[] bytes(ZipFile zip, ZipEntry entry, int maximum) throws IOException {
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new CorruptCheckpoint(
          "its zip is compressed, as torch.save's is not; give the file as torch.save wrote it");
    }
    try (var in = zip.getInputStream(entry)) {
      return in.readNBytes(maximum);
    }
  }
}
