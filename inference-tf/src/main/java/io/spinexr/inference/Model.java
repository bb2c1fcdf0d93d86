package io.spinexr.inference;

import io.spinexr.finding.ModelVersion;
import io.spinexr.image.GrayscaleImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.Shaped;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TUint8;

/**
 * A loaded SavedModel with its manifest. May be used from several threads at once.
 *
 * <p>The contract of every SavedModel, signature {@code serving_default}:
 *
 * <ul>
 *   <li>input {@code image}: uint8 [batch, height, width], grey levels 0..255, already resized by
 *       the manifest's rule. Normalisation is part of the graph. Detectors take a batch of one and
 *       any height and width.
 *   <li>outputs of a classifier: {@code logit} and {@code probability}, float [batch]
 *   <li>outputs of a detector: {@code boxes}, float [n, 4] (xMin, yMin, xMax, yMax in pixels of the
 *       given image), {@code scores}, float [n] in [0,1], and {@code classes}, int32 [n], the index
 *       in the manifest's labels
 * </ul>
 */
public final class Model implements AutoCloseable {
  /** The signature that is called. */
  public static final String SIGNATURE = "serving_default";

  private final Path folder;
  private final ModelManifest manifest;
  private final String sha256;
  private final SavedModelBundle bundle;
  // A session must not be closed while a call is under way.
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private boolean closed;

  private Model(Path folder, ModelManifest manifest, String sha256, SavedModelBundle bundle) {
    this.folder = folder;
    this.manifest = manifest;
    this.sha256 = sha256;
    this.bundle = bundle;
  }

  /**
   * Loads a model folder after checking its files against the manifest.
   *
   * @throws ModelException if a part is missing, changed or not as the contract wants it
   */
  public static Model load(Path folder, Device device) {
    ModelManifest manifest = ModelFiles.read(folder, ModelFiles.MANIFEST, ModelManifest.class);
    ModelFiles.verify(folder, manifest);
    String sha256 = ModelFiles.sha256(folder, manifest);
    SavedModelBundle bundle;
    try {
      bundle =
          SavedModelBundle.loader(folder.toString())
              .withTags("serve")
              .withConfigProto(device.config())
              .load();
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new ModelException(
          "TensorFlow cannot load the SavedModel in %s (%s); export or import it again"
              .formatted(folder, firstLine(e)),
          e);
    }
    Model model = new Model(folder, manifest, sha256, bundle);
    try {
      model.checkSignature();
    } catch (ModelException e) {
      model.close();
      throw e;
    }
    return model;
  }

  private void checkSignature() {
    Signature signature = signature();
    check("input", signature.getInputs(), "image", DataType.DT_UINT8, 3);
    checkSize(signature.getInputs().get("image").shape);
    if (manifest.task() == ModelManifest.Task.CLASSIFICATION) {
      check("output", signature.getOutputs(), "probability", DataType.DT_FLOAT, 1);
      check("output", signature.getOutputs(), "logit", DataType.DT_FLOAT, 1);
    } else {
      check("output", signature.getOutputs(), "boxes", DataType.DT_FLOAT, 2);
      check("output", signature.getOutputs(), "scores", DataType.DT_FLOAT, 1);
      check("output", signature.getOutputs(), "classes", DataType.DT_INT32, 1);
    }
  }

  private Signature signature() {
    return bundle.signatures().stream()
        .filter(signature -> signature.key().equals(SIGNATURE))
        .findFirst()
        .orElseThrow(() -> wrongSignature("no signature " + SIGNATURE));
  }

  private void check(
      String kind,
      Map<String, Signature.TensorDescription> tensors,
      String name,
      DataType type,
      int axes) {
    Signature.TensorDescription tensor = tensors.get(name);
    if (tensor == null) {
      throw wrongSignature("no %s \"%s\"".formatted(kind, name));
    }
    Shape shape = tensor.shape;
    if (tensor.dataType != type || (!shape.isUnknown() && shape.numDimensions() != axes)) {
      throw wrongSignature(
          "%s \"%s\" as %s %s instead of %s with %d axes"
              .formatted(kind, name, tensor.dataType, shape, type, axes));
    }
  }

  /** A size that the signature fixes must be the one that images are resized to. */
  private void checkSize(Shape image) {
    boolean fits =
        image.isUnknown()
            || (manifest.preparesToOneSize() && manifest.inputSize() instanceof InputSize.Fixed size
                ? allows(image.get(1), size.height()) && allows(image.get(2), size.width())
                : image.get(1) < 0 && image.get(2) < 0);
    if (!fits) {
      throw new ModelException(
          "the SavedModel in %s takes images of shape %s, but model.json has them resized to %s, %s; correct inputSize"
              .formatted(folder, image, manifest.inputSize(), manifest.resize()));
    }
  }

  private static boolean allows(long axis, int extent) {
    return axis < 0 || axis == extent;
  }

  private ModelException wrongSignature(String what) {
    return new ModelException(
        "the SavedModel in %s has %s; export it with the documented signature of a %s model"
            .formatted(folder, what, manifest.task().name().toLowerCase(Locale.ROOT)));
  }

  public Path folder() {
    return folder;
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** Name, version and hash, for reports. */
  public ModelVersion version() {
    return new ModelVersion(
        manifest.name(),
        manifest.version(),
        manifest.task().name().toLowerCase(Locale.ROOT),
        sha256);
  }

  /**
   * Whether images of any size can be run together once they are prepared: they then have one size,
   * and the signature leaves their number open.
   */
  public boolean takesBatches() {
    Shape image = signature().getInputs().get("image").shape;
    return manifest.preparesToOneSize() && (image.isUnknown() || image.get(0) < 0);
  }

  /**
   * Runs the network.
   *
   * @param images of one size
   * @param reader takes what it needs out of the outputs, whose tensors are closed afterwards
   * @throws ModelException if TensorFlow fails, the reader refuses the outputs by an {@link
   *     IllegalArgumentException}, or the model is closed
   */
  public <T> T run(List<GrayscaleImage> images, Function<Result, T> reader) {
    int width = images.get(0).width();
    int height = images.get(0).height();
    Shape shape = Shape.of(images.size(), height, width);
    open.readLock().lock();
    try {
      if (closed) {
        throw new ModelException("the model in %s is closed".formatted(folder));
      }
      try (TUint8 tensor = TUint8.tensorOf(shape, pixels(images));
          Result result = bundle.function(SIGNATURE).call(Map.of("image", tensor))) {
        return reader.apply(result);
      }
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      // TensorFlow's "invalid argument" and "unimplemented" are no TensorFlowExceptions.
      throw new ModelException(
          "the model in %s failed on %d images of %d x %d pixels: %s"
              .formatted(folder, images.size(), width, height, firstLine(e)),
          e);
    } finally {
      open.readLock().unlock();
    }
  }

  /** For readers: what a signature with open axes does not promise. */
  static void requireShape(String output, Shaped tensor, long... extents) {
    Shape wanted = Shape.of(extents);
    if (!tensor.shape().equals(wanted)) {
      throw new IllegalArgumentException(
          "output \"%s\" must have the shape %s, but has %s"
              .formatted(output, wanted, tensor.shape()));
    }
  }

  private static ByteDataBuffer pixels(List<GrayscaleImage> images) {
    if (images.size() == 1) {
      return DataBuffers.of(images.get(0).pixels(), true, false);
    }
    int size = images.get(0).pixels().length;
    byte[] all = new byte[size * images.size()];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels(), 0, all, i * size, size);
    }
    return DataBuffers.of(all, true, false);
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  /** Waits for calls under way, then frees the network. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        bundle.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
