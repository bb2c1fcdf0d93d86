package io.spinexr.inference.checkpoint;

import io.spinexr.inference.checkpoint.Checkpoint.MappedFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of {@code torch.save} before PyTorch 1.6: four pickles (magic number, protocol
 * version, system, the object), a fifth with the storages' keys, and then per key a 64-bit element
 * count and the elements.
 */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private TorchLegacy() {}

  static Map<String, CheckpointTensor> read(MappedFile file) throws IOException {
    ByteBuffer in = file.slice(0, Math.min(file.size(), Pickle.MAXIMUM_BYTES));
    if (!MAGIC.equals(plain(in)) || !Long.valueOf(PROTOCOL).equals(plain(in))) {
      throw new CorruptCheckpoint("it is a pickle, but not of torch.save");
    }
    if (plain(in) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw new CorruptCheckpoint("it was written on a big-endian machine");
    }
    Map<String, TorchStorage> declared = new HashMap<>();
    Object root =
        Pickle.read(
            in,
            identifier -> {
              TorchStorage storage = TorchStorage.of(identifier);
              if (identifier.size() > 5 && identifier.get(5) instanceof List<?>) {
                throw new CorruptCheckpoint(
                    "it holds views of storages; save it with a newer PyTorch");
              }
              declared.put(storage.key(), storage);
              return storage;
            });
    if (!(plain(in) instanceof List<?> keys)) {
      throw new CorruptCheckpoint("its list of storages is damaged");
    }
    Map<String, ByteBuffer> data = new HashMap<>();
    long at = in.position();
    for (Object key : keys) {
      TorchStorage storage = declared.get(key);
      if (storage == null || file.slice(at, Long.BYTES).getLong() != storage.elements()) {
        throw new CorruptCheckpoint("a storage differs from its declaration");
      }
      data.put(storage.key(), file.slice(at + Long.BYTES, storage.bytes()));
      at += Long.BYTES + storage.bytes();
    }
    return TorchStorage.stateDict(
        root,
        storage -> {
          ByteBuffer bytes = data.get(storage.key());
          if (bytes == null) {
            throw new CorruptCheckpoint("storage %s is missing".formatted(storage.key()));
          }
          return () -> bytes;
        });
  }

  private static Object plain(ByteBuffer in) {
    return Pickle.read(
        in,
        identifier -> {
          throw new CorruptCheckpoint("its header is damaged");
        });
  }
}
