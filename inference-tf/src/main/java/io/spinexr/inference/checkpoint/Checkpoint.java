package io.spinexr.inference.checkpoint;

import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The named tensors of a checkpoint file, in the file's order. Values are read from the file when a
 * tensor is asked for them.
 *
 * <p>A PyTorch checkpoint is either the state dict itself or a dict that holds it under {@code
 * model}, {@code state_dict} or {@code model_state_dict}. Other entries (optimiser, iteration,
 * averaged weights) are skipped. A prefix that a wrapper put before every key, such as {@code
 * module.}, is taken away.
 */
public record Checkpoint(Map<String, CheckpointTensor> tensors) {
  /** Of data parallelism, PyTorch Lightning and compiled models. */
  private static final List<String> WRAPPERS = List.of("module.", "model.", "_orig_mod.");

  public Checkpoint {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Reads a zip or legacy {@code torch.save} file or a {@code .safetensors} file; the format is
   * told by the content.
   *
   * @throws ModelException if the file cannot be read, is none of these, is damaged, or its pickle
   *     asks for anything but tensors and plain containers
   */
  public static Checkpoint open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < 16) {
        throw new ModelException("%s is too short to be a checkpoint".formatted(file));
      }
      MappedFile mapped = new MappedFile(channel);
      ByteBuffer head = mapped.slice(0, 16);
      Map<String, CheckpointTensor> tensors;
      if (head.getInt(0) == 0x04034b50) {
        tensors = TorchZip.read(file);
      } else if (head.get(0) == (byte) Pickle.PROTO) {
        tensors = TorchLegacy.read(mapped);
      } else if (head.get(8) == '{') {
        tensors = SafeTensors.read(mapped);
      } else {
        throw new ModelException(
            "%s is no checkpoint: expected a PyTorch file (zip or legacy) or .safetensors%s"
                .formatted(file, beginning(head)));
      }
      if (tensors.isEmpty()) {
        throw new ModelException("%s holds no tensors".formatted(file));
      }
      return new Checkpoint(unwrapped(tensors));
    } catch (IOException e) {
      throw new ModelException("cannot read checkpoint %s: %s".formatted(file, e.getMessage()), e);
    } catch (CorruptCheckpoint e) {
      throw new ModelException(
          "checkpoint %s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Text where a checkpoint should be is a web page or a pointer to the real file. */
  private static String beginning(ByteBuffer head) {
    String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
    return text.chars().allMatch(c -> (c >= ' ' && c <= '~') || Character.isWhitespace(c))
        ? ", but the file is text that begins with \"%s\""
            .formatted(text.strip().lines().findFirst().orElse(""))
        : "";
  }

  private static Map<String, CheckpointTensor> unwrapped(Map<String, CheckpointTensor> tensors) {
    Map<String, CheckpointTensor> inner = tensors;
    for (int layer = 0; layer < WRAPPERS.size(); layer++) {
      Set<String> keys = inner.keySet();
      Optional<String> wrapper =
          WRAPPERS.stream()
              .filter(prefix -> keys.stream().allMatch(key -> key.startsWith(prefix)))
              .findFirst();
      if (wrapper.isEmpty()) {
        return inner;
      }
      Map<String, CheckpointTensor> unwrapped = new LinkedHashMap<>();
      inner.forEach((key, tensor) -> unwrapped.put(key.substring(wrapper.get().length()), tensor));
      inner = unwrapped;
    }
    return inner;
  }

  /** A file of any size as little-endian slices of at most 2 GiB. */
  record MappedFile(FileChannel channel, long size) {
    MappedFile(FileChannel channel) throws IOException {
      this(channel, channel.size());
    }

    ByteBuffer slice(long offset, long length) throws IOException {
      if (offset < 0 || length < 0 || length > Integer.MAX_VALUE || offset > size - length) {
        throw new CorruptCheckpoint(
            "it is truncated: bytes %d to %d are wanted of %d"
                .formatted(offset, offset + length, size));
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
