package io.spinexr.inference.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.inference.checkpoint.Checkpoint.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: a 64-bit header length, a JSON header of {@code name -> {dtype, shape,
 * data_offsets}}, and the elements; offsets count from the header's end.
 */
final class SafeTensors {
  private static final int MAXIMUM_HEADER_BYTES = 100_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private SafeTensors() {}

  static Map<String, CheckpointTensor> read(MappedFile file) throws IOException {
    long headerBytes = file.slice(0, Long.BYTES).getLong();
    if (headerBytes < 2 || headerBytes > MAXIMUM_HEADER_BYTES) {
      throw new CorruptCheckpoint("its safetensors header claims %d bytes".formatted(headerBytes));
    }
    byte[] header = new byte[(int) headerBytes];
    file.slice(Long.BYTES, headerBytes).get(header);
    Map<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : parse(header).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), tensor(entry, file, Long.BYTES + headerBytes));
      }
    }
    return tensors;
  }

  private static JsonNode parse(byte[] header) throws IOException {
    try {
      return JSON.readTree(new String(header, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new CorruptCheckpoint(
          "its safetensors header is not usable: "
              + e.getOriginalMessage().lines().findFirst().orElse("no JSON"));
    }
  }

  private static CheckpointTensor tensor(
      Map.Entry<String, JsonNode> entry, MappedFile file, long start) throws IOException {
    String dtype = entry.getValue().path("dtype").asText();
    ElementType type =
        Arrays.stream(ElementType.values())
            .filter(candidate -> candidate.safetensorsName.equals(dtype))
            .findFirst()
            .orElseThrow(
                () ->
                    new CorruptCheckpoint(
                        "tensor %s has the unsupported dtype '%s'"
                            .formatted(entry.getKey(), dtype)));
    List<Long> shape = new ArrayList<>();
    entry
        .getValue()
        .path("shape")
        .forEach(extent -> shape.add(extent.isIntegralNumber() ? extent.asLong() : -1));
    JsonNode offsets = entry.getValue().path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long bytes = offsets.path(1).asLong(-1) - begin;
    if (begin < 0) {
      throw new CorruptCheckpoint("tensor %s has no data_offsets".formatted(entry.getKey()));
    }
    ByteBuffer data = file.slice(start + begin, bytes);
    CheckpointTensor tensor =
        new CheckpointTensor(
            shape, CheckpointTensor.contiguousStrides(shape), 0, type, bytes, () -> data);
    if (shape.stream().reduce(1L, (a, b) -> a * b) * type.bytes != bytes) {
      throw new CorruptCheckpoint(
          "tensor %s is %s of %s, but has %d bytes".formatted(entry.getKey(), dtype, shape, bytes));
    }
    return tensor;
  }
}
