package io.spinexr.workshop.benchmark.network;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Classifier;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.architecture.ModelImport;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.PillowResize;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import io.spinexr.phantom.PhantomGenerator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Times networks with random weights, beside the same networks with the same weights in other
 * programs. Detectors get an image of the data set's mean size, 1606 x 2455 pixels, resized as
 * their manifest says; classifiers their input size. What is timed is the call of the network, from
 * grey levels to outputs, without decoding, and without resizing where that happens before it.
 */
public final class InferenceBenchmark implements AutoCloseable {
  private static final int WIDTH = 1606;
  private static final int HEIGHT = 2455;
  private static final double UNMATCHED = 0.05;

  private final TensorFlowDevice device;
  private final Optional<Path> python;
  private final boolean onnx;
  private final Turns turns;
  private final GrayscaleImage radiograph;

  /**
   * @param rounds that count, of each network
   * @param python that has PyTorch and torchvision; empty to leave them out
   * @param onnx whether what PyTorch exports also runs in ONNX Runtime, on the processor
   */
  public InferenceBenchmark(
      TensorFlowDevice device, int rounds, Optional<Path> python, boolean onnx) {
    this.device = device;
    this.python = python;
    this.onnx = onnx;
    this.turns = new Turns(device, rounds);
    this.radiograph = radiograph();
  }

  /** Whether ONNX Runtime, which is no part of the program, is on the class path. */
  public static boolean hasOnnxRuntime() {
    return InferenceBenchmark.class.getResource("/ai/onnxruntime/OrtEnvironment.class") != null;
  }

  /** A phantom of the data set's mean size. */
  static GrayscaleImage radiograph() {
    return PillowResize.resize(new PhantomGenerator().generate(1, 2).grayscale(), WIDTH, HEIGHT);
  }

  /**
   * The fastest matrix product so far, in single-precision floating-point operations per second; it
   * takes its turn in every round.
   */
  public double peak() {
    return turns.peak();
  }

  /**
   * Medians over the rounds, in which the programs take turns.
   *
   * @param milliseconds per image here
   * @param pytorch milliseconds per image in PyTorch
   * @param onnx milliseconds per image in ONNX Runtime
   * @param share of the peak that is reached here, in [0,1]; known where PyTorch counts operations
   * @param remarks on what is missing or, because outputs differ, cannot be compared
   */
  public record Timing(
      double milliseconds,
      Optional<Double> pytorch,
      Optional<Double> onnx,
      Optional<Double> share,
      List<String> remarks) {}

  /** What is told of each batch size. */
  @FunctionalInterface
  public interface Report {
    /**
     * @param timing empty if the network takes one image at a time and {@code batch} is larger
     */
    void accept(int batch, Optional<Timing> timing);
  }

  /**
   * Times one network. With PyTorch, that makes the weights, and the model is imported from its
   * checkpoint.
   *
   * @param batches numbers of images at once
   * @throws ModelException if Python or PyTorch is wanted and missing
   */
  public void time(String architecture, List<Integer> batches, Report report) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Optional<PyTorch> pytorch =
          python.map(program -> start(program, architecture, folder.path()));
      ModelFolder made = ModelFolder.read(model(architecture, pytorch, folder.path()));
      try (Model model = Model.load(made, device)) {
        for (int batch : batches) {
          boolean possible = batch == 1 || model.manifest().task() == Task.CLASSIFICATION;
          report.accept(
              batch, possible ? Optional.of(time(model, batch, pytorch)) : Optional.empty());
        }
      } finally {
        pytorch.ifPresent(PyTorch::close);
      }
    }
  }

  /**
   * An ensemble's time for one image of the data set's mean size, with resizing.
   *
   * @param milliseconds of the set, which resizes once
   * @param sum of the milliseconds of its members alone
   */
  public record EnsembleTiming(double milliseconds, double sum) {}

  /** Times classifiers as a set and, in turns with it, each of them alone. */
  public EnsembleTiming ensemble(List<String> architectures) {
    try (RandomEnsemble ensemble = RandomEnsemble.load(architectures, device);
        Classifier together = new Classifier(ensemble.members(), Mean.LOGIT)) {
      List<DoubleSupplier> programs = new ArrayList<>();
      programs.add(classification(together));
      ensemble
          .members()
          .forEach(
              member -> programs.add(classification(new Classifier(List.of(member), Mean.LOGIT))));
      List<Double> medians = turns.seconds(programs);
      double sum = medians.stream().skip(1).mapToDouble(Double::doubleValue).sum();
      return new EnsembleTiming(medians.get(0) * 1e3, sum * 1e3);
    }
  }

  private DoubleSupplier classification(Classifier classifier) {
    return () -> {
      long start = System.nanoTime();
      classifier.classify(radiograph);
      return (System.nanoTime() - start) / 1e9;
    };
  }

  private PyTorch start(Path program, String architecture, Path folder) {
    return PyTorch.start(program, architecture, radiograph, folder, threads(), device.kind());
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static Path model(String architecture, Optional<PyTorch> pytorch, Path folder) {
    Path made = folder.resolve("model");
    pytorch.ifPresentOrElse(
        peer ->
            ModelImport.fromCheckpoint(
                architecture, peer.checkpoint(), Optional.empty(), made, share -> {}),
        () -> ModelImport.random(architecture, 1, made));
    return made;
  }

  private Timing time(Model model, int batch, Optional<PyTorch> pytorch) {
    // Twice, because the rounded size of the first time may itself be resized by a pixel.
    GrayscaleImage image = model.manifest().prepare(model.manifest().prepare(radiograph));
    List<GrayscaleImage> images = Collections.nCopies(batch, image);
    ModelOutput output = ModelOutput.of(model, image);
    List<String> remarks = new ArrayList<>();
    Optional<PyTorch.Run> run = pytorch.map(peer -> peer.take(image, batch));
    run.ifPresent(theirs -> remark("PyTorch", output, theirs.output()).ifPresent(remarks::add));
    Optional<OnnxRuntime> exported =
        pytorch.filter(peer -> onnx).flatMap(peer -> exported(peer, images, output, remarks));
    try {
      List<DoubleSupplier> programs = new ArrayList<>();
      programs.add(() -> seconds(model, images));
      pytorch.ifPresent(peer -> programs.add(peer::seconds));
      exported.ifPresent(peer -> programs.add(peer::seconds));
      List<Double> medians = turns.seconds(programs);
      List<Double> perImage = medians.stream().map(median -> median * 1e3 / batch).toList();
      return new Timing(
          perImage.get(0),
          pytorch.map(peer -> perImage.get(1)),
          exported.map(peer -> perImage.get(2)),
          run.map(theirs -> 2 * theirs.multiplications() / medians.get(0) / peak()),
          remarks);
    } finally {
      // No method reference: that would load ONNX Runtime's classes where it is not installed.
      exported.ifPresent(peer -> peer.close());
    }
  }

  /** Empty, with a remark, if there is no export or ONNX Runtime cannot run it. */
  private static Optional<OnnxRuntime> exported(
      PyTorch pytorch, List<GrayscaleImage> images, ModelOutput ours, List<String> remarks) {
    try {
      OnnxRuntime exported = new OnnxRuntime(pytorch.onnx(), images, threads());
      remark("ONNX Runtime", ours, exported.output()).ifPresent(remarks::add);
      return Optional.of(exported);
    } catch (ModelException e) {
      remarks.add(e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * What to say if two programs do not compute the same, so that their times say nothing. A few
   * detections may have no partner, because rounding decides between boxes that are about as good.
   */
  static Optional<String> remark(String program, ModelOutput ours, ModelOutput theirs) {
    OutputComparison difference = OutputComparison.of(ours, theirs, Tolerance.DEFAULT);
    boolean same =
        ours.scores() == null || theirs.scores() == null
            ? difference.within(Tolerance.DEFAULT)
            : difference.unmatched() <= UNMATCHED * (ours.scores().size() + theirs.scores().size());
    return same
        ? Optional.empty()
        : Optional.of(
            "not comparable: the outputs of %s differ, %s"
                .formatted(
                    program,
                    difference.describe(
                        ours.scores() == null ? Task.CLASSIFICATION : Task.DETECTION)));
  }

  private static double seconds(Model model, List<GrayscaleImage> images) {
    long start = System.nanoTime();
    return model.run(images, outputs -> (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    turns.close();
  }
}
