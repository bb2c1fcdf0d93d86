package io.spinexr.inference.tensorflow;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.runtime.Contract;
import io.spinexr.inference.runtime.Network;
import io.spinexr.inference.runtime.NetworkException;
import io.spinexr.inference.runtime.Tensor;
import io.spinexr.inference.runtime.TensorType;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** A SavedModel in a session. */
record TensorFlowNetwork(
    SavedModelBundle bundle,
    Signature signature,
    Map<String, TensorType> inputs,
    Map<String, TensorType> outputs,
    Duration timeLimit)
    implements Network {
  /** What TensorFlow says when the time of a run is over; there is no exception of its own. */
  private static final String TIME_IS_OVER = "Timed out";

  static TensorFlowNetwork load(ModelFolder model, ConfigProto config, Duration timeLimit) {
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
    try {
      Signature signature = signature(model, bundle);
      return new TensorFlowNetwork(
          bundle,
          signature,
          types(signature.getInputs()),
          types(signature.getOutputs()),
          timeLimit);
    } catch (ModelException e) {
      bundle.close();
      throw e;
    }
  }

  private static Signature signature(ModelFolder model, SavedModelBundle bundle) {
    Signature signature =
        bundle.signatures().stream()
            .filter(candidate -> candidate.key().equals(TensorFlowRuntime.SIGNATURE))
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelException(
                        "the SavedModel in %s has no signature %s; export it with this one"
                            .formatted(model.path(), TensorFlowRuntime.SIGNATURE)));
    Map<String, SortedSet<String>> names =
        Contract.outputs(model.manifest().task()).stream()
            .filter(signature.getOutputs()::containsKey)
            .collect(
                Collectors.groupingBy(
                    output -> tensor(signature.getOutputs(), output),
                    TreeMap::new,
                    Collectors.toCollection(TreeSet::new)));
    names.forEach(
        (tensor, outputs) -> {
          if (outputs.size() > 1) {
            throw new ModelException(
                "the SavedModel in %s has one tensor, %s, for the outputs %s; export one for each"
                    .formatted(model.path(), tensor, outputs));
          }
        });
    return signature;
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
    List<String> wanted = List.copyOf(outputs);
    try (TUint8 input = TUint8.tensorOf(shape, DataBuffers.of(image.values(), true, false));
        Result result = runner(input, wanted).run()) {
      Map<String, Tensor> values = new HashMap<>();
      for (int i = 0; i < wanted.size(); i++) {
        values.put(wanted.get(i), copy(wanted.get(i), result.get(i)));
      }
      return values;
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      // TensorFlow's "invalid argument" and "unimplemented" are no TensorFlowExceptions.
      throw new NetworkException(reason(e), e);
    }
  }

  /** Fetches what is wanted only, where a function of the bundle would fetch every output. */
  private Session.Runner runner(TUint8 image, List<String> outputs) {
    Session.Runner runner =
        bundle
            .session()
            .runner()
            .feed(tensor(signature.getInputs(), Network.IMAGE), image)
            .setOptions(RunOptions.newBuilder().setTimeoutInMs(timeLimit.toMillis()).build());
    outputs.forEach(output -> runner.fetch(tensor(signature.getOutputs(), output)));
    return runner;
  }

  private static String tensor(Map<String, Signature.TensorDescription> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name)).name;
  }

  private String reason(Throwable e) {
    String line = firstLine(e);
    return line.contains(TIME_IS_OVER)
        ? "it was not done after %.3g s and was ended; see whether it ends at all, or raise the time limit (spinexr.models.time-limit)"
            .formatted(timeLimit.toMillis() / 1e3)
        : line;
  }

  /** The tensors of a result are closed with it. */
  private static Tensor copy(String name, org.tensorflow.Tensor tensor) {
    if (tensor.shape().size() > Contract.MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "output \"%s\" has the shape %s, but may hold %d numbers at most"
              .formatted(name, tensor.shape(), Contract.MOST_NUMBERS));
    }
    List<Integer> shape = extents(tensor.shape());
    int size = (int) tensor.shape().size();
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
