package io.spinexr.inference.tensorflow;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.runtime.Network;
import io.spinexr.inference.runtime.NetworkException;
import io.spinexr.inference.runtime.Tensor;
import io.spinexr.inference.runtime.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** A SavedModel in a session. */
record TensorFlowNetwork(
    SavedModelBundle bundle, Map<String, TensorType> inputs, Map<String, TensorType> outputs)
    implements Network {
  static TensorFlowNetwork load(ModelFolder model, ConfigProto config) {
    SavedModelBundle bundle;
    try {
      bundle =
          SavedModelBundle.loader(model.path().toString())
              .withTags(TensorFlowRuntime.TAG)
              .withConfigProto(config)
              .load();
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new ModelException(
          "TensorFlow cannot load the SavedModel in %s (%s); export or import it again"
              .formatted(model.path(), firstLine(e)),
          e);
    }
    Optional<Signature> signature =
        bundle.signatures().stream()
            .filter(candidate -> candidate.key().equals(TensorFlowRuntime.SIGNATURE))
            .findFirst();
    if (signature.isEmpty()) {
      bundle.close();
      throw new ModelException(
          "the SavedModel in %s has no signature %s; export it with this one"
              .formatted(model.path(), TensorFlowRuntime.SIGNATURE));
    }
    return new TensorFlowNetwork(
        bundle, types(signature.get().getInputs()), types(signature.get().getOutputs()));
  }

  private static Map<String, TensorType> types(Map<String, Signature.TensorDescription> tensors) {
    return tensors.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> type(entry.getValue())));
  }

  private static TensorType type(Signature.TensorDescription tensor) {
    return new TensorType(
        elements(tensor.dataType),
        tensor.shape.isUnknown() ? Optional.empty() : Optional.of(extents(tensor.shape)));
  }

  private static String elements(DataType type) {
    return switch (type) {
      case DT_UINT8 -> TensorType.UINT8;
      case DT_FLOAT -> TensorType.FLOAT32;
      case DT_INT32 -> TensorType.INT32;
      default -> type.name();
    };
  }

  private static List<Integer> extents(Shape shape) {
    return Arrays.stream(shape.asArray()).mapToObj(Math::toIntExact).toList();
  }

  @Override
  public Map<String, Tensor> run(Tensor.Bytes image, Set<String> outputs) {
    Shape shape = Shape.of(image.shape().stream().mapToLong(Integer::longValue).toArray());
    try (TUint8 input = TUint8.tensorOf(shape, DataBuffers.of(image.values(), true, false));
        Result result =
            bundle.function(TensorFlowRuntime.SIGNATURE).call(Map.of(Network.IMAGE, input))) {
      Map<String, Tensor> values = new HashMap<>();
      outputs.forEach(name -> values.put(name, copy(result.get(name).orElseThrow())));
      return values;
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      // TensorFlow's "invalid argument" and "unimplemented" are no TensorFlowExceptions.
      throw new NetworkException(firstLine(e), e);
    }
  }

  /** The tensors of a result are closed with it. */
  private static Tensor copy(org.tensorflow.Tensor tensor) {
    List<Integer> shape = extents(tensor.shape());
    int size = Math.toIntExact(tensor.shape().size());
    if (tensor instanceof TFloat32 floats) {
      float[] values = new float[size];
      floats.copyTo(DataBuffers.of(values, false, false));
      return new Tensor.Floats(shape, values);
    }
    if (tensor instanceof TInt32 ints) {
      int[] values = new int[size];
      ints.copyTo(DataBuffers.of(values, false, false));
      return new Tensor.Ints(shape, values);
    }
    throw new IllegalArgumentException(
        "an output is neither float32 nor int32: " + tensor.dataType());
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  @Override
  public void close() {
    bundle.close();
  }
}
