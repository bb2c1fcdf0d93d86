package io.spinexr.inference.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A storage as a pickle of {@code torch.save} names it: the persistent identifier {@code
 * ('storage', type, key, device, elements, ...)}.
 */
record TorchStorage(ElementType type, String key, long elements) {
  static TorchStorage of(List<?> identifier) {
    String name = ((Pickle.Global) identifier.get(1)).name();
    ElementType type =
        Arrays.stream(ElementType.values())
            .filter(candidate -> name.equals("torch." + candidate.torchStorage))
            .findFirst()
            .orElseThrow(() -> new CorruptCheckpoint("it holds elements of type " + name));
    long elements = (Long) identifier.get(4);
    if (elements < 0 || elements > Integer.MAX_VALUE / type.bytes) {
      throw new CorruptCheckpoint("a storage claims %d elements".formatted(elements));
    }
    return new TorchStorage(type, (String) identifier.get(2), elements);
  }

  long bytes() {
    return elements * type.bytes;
  }

  /** Where a checkpoint holds its state dict, if it is not one itself. */
  private static final List<String> STATE_DICTS =
      List.of("model", "state_dict", "model_state_dict");

  /**
   * The tensors of the state dict in an unpickled checkpoint, in its order.
   *
   * @param data where a storage's bytes are
   */
  static Map<String, CheckpointTensor> stateDict(
      Object root, Function<TorchStorage, Supplier<ByteBuffer>> data) {
    if (!(root instanceof Map<?, ?> map)) {
      throw new CorruptCheckpoint("it holds no dict of tensors; save the model's state_dict");
    }
    for (String key : STATE_DICTS) {
      if (map.get(key) instanceof Map<?, ?> inner) {
        map = inner;
        break;
      }
    }
    Map<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (name instanceof String text
              && value instanceof Pickle.TensorDescription description) {
            TorchStorage storage = (TorchStorage) description.storage();
            tensors.put(
                text,
                new CheckpointTensor(
                    description.shape(),
                    description.strides(),
                    description.offset(),
                    storage.type(),
                    storage.bytes(),
                    data.apply(storage)));
          }
        });
    if (tensors.isEmpty()) {
      throw new CorruptCheckpoint(
          "it holds no tensors at its top or under %s, only %s; save the state_dict by itself"
              .formatted(STATE_DICTS, map.keySet().stream().limit(10).toList()));
    }
    return tensors;
  }
}
