package io.spinexr.inference.layer;

import com.google.protobuf.CodedOutputStream;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.tensorflow.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TUint8;

/**
 * Writes a network with its weights as a SavedModel that keeps the contract of a {@link
 * io.spinexr.inference.runtime.Network}.
 */
public final class SavedModelExport {
  /** A network for inference, from grey levels to named outputs. */
  @FunctionalInterface
  public interface Network {
    /**
     * @param layers of mode INFERENCE
     * @param image grey levels, [batch, height, width]
     * @return the signature's outputs by name
     */
    Map<String, Operand<?>> outputs(Layers layers, Operand<TUint8> image);
  }

  private SavedModelExport() {}

  /**
   * Builds the network in a graph of its own and exports it; the files {@code saved_model.pb} and
   * {@code variables/*} appear in the folder.
   *
   * @param weights by key, in TensorFlow's axis order; every weight of the network, nothing else
   * @throws ModelException if a weight is missing, unknown or has the wrong size, or the folder
   *     cannot be written
   */
  public static void write(Path folder, Network network, Map<String, float[]> weights) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      Placeholder<TUint8> image =
          tf.withName("image").placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
      Signature.Builder signature =
          Signature.builder().key(TensorFlowRuntime.SIGNATURE).input("image", image);
      network
          .outputs(new Layers(tf, variables, Layers.Mode.INFERENCE), image)
          .forEach(signature::output);
      for (Variables.Weight weight : variables.weights()) {
        if (!weights.containsKey(weight.key())) {
          throw new ModelException("weight %s is missing".formatted(weight.key()));
        }
      }
      variables.assign(session, weights);
      SavedModelBundle.exporter(folder.toString())
          .withTags(TensorFlowRuntime.TAG)
          .withFunction(SessionFunction.create(signature.build(), session))
          .export();
      rewrite(folder.resolve("saved_model.pb"));
    } catch (IOException e) {
      throw new ModelException("cannot write the SavedModel to %s: %s".formatted(folder, e), e);
    } catch (IllegalArgumentException e) {
      throw new ModelException(String.valueOf(e.getMessage()), e);
    }
  }

  /** With attributes in a fixed order, so that the same network has the same hash everywhere. */
  private static void rewrite(Path graph) throws IOException {
    SavedModel model = SavedModel.parseFrom(Files.readAllBytes(graph));
    byte[] bytes = new byte[model.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    model.writeTo(out);
    Files.write(graph, bytes);
  }
}
