package io.spinexr.workshop.training;

import io.spinexr.cores.Cores;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.CheckedImage;
import io.spinexr.inference.ImageCheck;
import io.spinexr.inference.Model;
import io.spinexr.inference.Progress;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelManifest.Training;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.network.CheckNetwork;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.other.OtherImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Trains the demo set's image check on phantoms and on drawings of other things, chooses its
 * limits, and measures on phantoms and on kinds of other things that it has never seen.
 */
final class ImageCheckTraining {
  /** Folder of the image check in the demo set. */
  static final String FOLDER = "image-check";

  private static final int BATCH = 40;
  private static final int FEATURE_BATCH = 50;
  private static final CheckNetwork NETWORK =
      new CheckNetwork(
          new InputSize.Fixed(96, 128), List.of(8, 16, 32, 48), 48, Region.values().length);

  /** Of held-out phantoms that may fall beyond each limit. */
  private static final double BEYOND = 0.001;

  /** Surer than this that something is amiss a limit need not be. */
  private static final double STRICTEST = 0.5;

  /** From this probability on the region or view of the header is doubted. */
  private static final double DOUBT = 0.98;

  /** Sizes of the phantoms that are measured on, relative to full size. */
  private static final double[] SCALES = {1, 0.5, 0.25};

  private static final GrayscaleImage NO_PIXELS = new GrayscaleImage(1, 1, new byte[1]);

  private final DemoTrainingOptions options;
  private final ConfigProto device;
  private final Progress progress;
  private final CheckStream stream;

  ImageCheckTraining(DemoTrainingOptions options, ConfigProto device, Progress progress) {
    this.options = options;
    this.device = device;
    this.progress = progress;
    this.stream = new CheckStream(options.seed() * 2, NETWORK.size());
  }

  /** What is learnt. */
  Objective objective() {
    return new CheckObjective(NETWORK, DemoTraining.NORMALIZATION, stream, BATCH);
  }

  /** Makes the folder of the model, of what was learnt. */
  void export(Map<String, float[]> learnt) {
    Map<String, float[]> weights = new HashMap<>(learnt);
    Mahalanobis spread = Mahalanobis.of(features(weights));
    weights.put(CheckNetwork.MEAN, spread.mean());
    weights.put(CheckNetwork.PRECISION, spread.precision());
    Path folder = DemoTraining.emptied(options.out().resolve(FOLDER));
    SavedModelExport.write(folder, NETWORK.served(DemoTraining.NORMALIZATION), weights);
    write(folder, new Limits(0, Float.MAX_VALUE, 1, 1), Map.of());
    try (Model model = Model.load(folder, DeviceOptions.cpu())) {
      Measurement measurement = new Measurement(new ImageCheck(model));
      Limits limits = measurement.limits();
      write(folder, limits, measurement.quality(limits));
    }
    SelfCheck.addTo(folder);
  }

  /** The features of training phantoms, upright. */
  private List<float[]> features(Map<String, float[]> weights) {
    List<GrayscaleImage> images =
        Cores.map(
            10 * options.evaluated(),
            index -> NETWORK.size().resize(stream.upright(index, new Dice(index)).image()));
    List<float[]> features = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph, device)) {
      Ops tf = Ops.create(graph);
      Layers layers = new Layers(tf, new Variables(tf), Layers.Mode.INFERENCE);
      Placeholder<TUint8> image =
          tf.placeholder(
              TUint8.class,
              Placeholder.shape(Shape.of(-1, NETWORK.size().height(), NETWORK.size().width())));
      CheckNetwork.Logits logits =
          NETWORK.logits(layers, DemoTraining.NORMALIZATION.apply(tf, image));
      layers.variables().assign(session, weights);
      for (int from = 0; from < images.size(); from += FEATURE_BATCH) {
        List<GrayscaleImage> batch =
            images.subList(from, Math.min(images.size(), from + FEATURE_BATCH));
        try (TUint8 pixels = CheckObjective.pixels(batch);
            Result result = session.runner().feed(image, pixels).fetch(logits.features()).run()) {
          float[] all = new float[batch.size() * NETWORK.features()];
          ((TFloat32) result.get(0)).copyTo(DataBuffers.of(all, false, false));
          for (int i = 0; i < batch.size(); i++) {
            features.add(
                Arrays.copyOfRange(all, i * NETWORK.features(), (i + 1) * NETWORK.features()));
          }
        }
      }
    }
    return features;
  }

  /**
   * What is true of an image, and what the check says of it.
   *
   * @param truth without its pixels, which would fill the memory
   */
  private record Checked(CheckExample truth, CheckedImage said) {}

  /** What the check says of images that it has never seen. */
  private final class Measurement {
    private final ImageCheck check;

    private Measurement(ImageCheck check) {
      this.check = check;
    }

    private List<Checked> checked(String what, int count, IntFunction<List<CheckExample>> images) {
      progress.update("checking " + what, 0, count, "", Duration.ZERO);
      List<Checked> checked =
          Cores.map(
                  count,
                  index ->
                      images.apply(index).stream()
                          .map(one -> new Checked(one.with(NO_PIXELS), check.check(one.image())))
                          .toList())
              .stream()
              .flatMap(List::stream)
              .toList();
      progress.update("checking " + what, count, count, "", Duration.ZERO);
      return checked;
    }

    private static String family(Difficulty difficulty) {
      return difficulty.code() + " phantoms";
    }

    private CheckExample phantom(Difficulty difficulty, long firstSeed, long index) {
      return CheckExample.upright(
          difficulty.generate(firstSeed + index, SCALES[(int) (index % SCALES.length)]));
    }

    /** So that few phantoms of the seeds that choose thresholds are refused. */
    private Limits limits() {
      List<CheckedImage> phantoms = new ArrayList<>();
      for (Difficulty difficulty : Difficulty.values()) {
        checked(
                family(difficulty),
                2 * options.evaluated(),
                index -> List.of(phantom(difficulty, DemoTraining.VALIDATION_SEED, index)))
            .forEach(one -> phantoms.add(one.said()));
      }
      return new Limits(
          Math.min(STRICTEST, quantile(phantoms, CheckedImage::spine, BEYOND)),
          quantile(phantoms, CheckedImage::distance, 1 - BEYOND),
          Math.max(STRICTEST, quantile(phantoms, CheckedImage::turned, 1 - BEYOND)),
          DOUBT);
    }

    private static double quantile(
        List<CheckedImage> images, Function<CheckedImage, Double> value, double share) {
      List<Double> sorted = images.stream().map(value).sorted().toList();
      return sorted.get((int) Math.round(share * (sorted.size() - 1)));
    }

    private Map<String, Double> quality(Limits limits) {
      Map<String, Double> quality = new LinkedHashMap<>();
      for (Difficulty difficulty : Difficulty.values()) {
        String family = family(difficulty);
        List<Checked> both =
            checked(
                family,
                2 * options.evaluated(),
                index -> {
                  CheckExample upright = phantom(difficulty, DemoTraining.TEST_SEED, index);
                  int quarters = 1 + index / SCALES.length % 3;
                  return List.of(upright, upright.turned(quarters));
                });
        List<Checked> upright =
            both.stream().filter(one -> one.truth().orientation() == 0).toList();
        List<Checked> turned = both.stream().filter(one -> one.truth().orientation() > 0).toList();
        rate(quality, family + " refused", upright, one -> one.said().refused(limits));
        rate(quality, family + " with wrong region", upright, one -> wrongRegion(one, 0));
        rate(quality, family + " with region doubted", upright, one -> wrongRegion(one, DOUBT));
        rate(quality, family + " with wrong view", upright, one -> wrongView(one, 0));
        rate(quality, family + " with view doubted", upright, one -> wrongView(one, DOUBT));
        rate(quality, "turned " + family + " accepted", turned, one -> !one.said().refused(limits));
        rate(
            quality,
            "turned " + family + " with wrong orientation",
            turned,
            one -> CheckedImage.best(one.said().orientation()) != one.truth().orientation());
      }
      for (OtherImage kind : OtherImage.values()) {
        rate(
            quality,
            "%s accepted (%s)"
                .formatted(
                    kind.display(), CheckStream.HELD_OUT.contains(kind) ? "never seen" : "learnt"),
            checked(
                kind.display(),
                options.evaluated(),
                index ->
                    List.of(
                        CheckExample.other(kind.draw(new Dice(DemoTraining.TEST_SEED + index))))),
            one -> !one.said().refused(limits));
      }
      return quality;
    }

    private static boolean wrongRegion(Checked one, double from) {
      int best = CheckedImage.best(one.said().region());
      return best != one.truth().region() && one.said().region().get(best) >= from;
    }

    private static boolean wrongView(Checked one, double from) {
      int best = CheckedImage.best(one.said().view());
      return best != one.truth().view() && one.said().view().get(best) >= from;
    }

    /** The share of the images of which it is true, with its 95 % interval. */
    private static void rate(
        Map<String, Double> quality, String name, List<Checked> images, Predicate<Checked> is) {
      Proportion rate = new Proportion((int) images.stream().filter(is).count(), images.size());
      String text = "%s, of %d".formatted(name, images.size());
      quality.put(text, DemoTraining.rounded(rate.value()));
      quality.put(text + ", low", DemoTraining.rounded(rate.low()));
      quality.put(text + ", high", DemoTraining.rounded(rate.high()));
    }
  }

  private void write(Path folder, Limits limits, Map<String, Double> quality) {
    ModelFiles.write(
        folder,
        ModelFiles.MANIFEST,
        new ModelManifest(
            "demo-image-check",
            DemoTraining.VERSION,
            Task.IMAGE_CHECK,
            "convolutions of %s channels, read into %d numbers; distance of %d features"
                .formatted(NETWORK.widths(), NETWORK.embedding(), NETWORK.features()),
            Arrays.stream(Region.values())
                .map(region -> region.name().toLowerCase(Locale.ROOT))
                .toList(),
            null,
            null,
            NETWORK.size(),
            ModelManifest.PILLOW_BILINEAR,
            "gray",
            DemoTraining.NORMALIZATION.mean(),
            DemoTraining.NORMALIZATION.deviation(),
            null,
            null,
            limits,
            null,
            null,
            "Demonstration and tests. It has never seen a real radiograph and may refuse every one:"
                + " a site trains its own, or leaves it out of the set.",
            new Training(
                ("%d images, two fifths each upright phantoms of both families and other things"
                        + " that a program drew, one fifth turned phantoms; limits from %d"
                        + " phantoms of both families from seed %d on, of which a share of %s lies"
                        + " beyond each; quality on phantoms from seed %d on, at full, half and a"
                        + " quarter of their size, and on other images, whose kinds were learnt or"
                        + " never seen, with Wilson's 95 %% interval")
                    .formatted(
                        (long) options.checkSteps() * BATCH,
                        4 * options.evaluated(),
                        DemoTraining.VALIDATION_SEED,
                        BEYOND,
                        DemoTraining.TEST_SEED),
                options.command()),
            quality,
            "Apache-2.0",
            ModelFiles.hashes(folder)));
  }
}
