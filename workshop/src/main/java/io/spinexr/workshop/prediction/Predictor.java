package io.spinexr.workshop.prediction;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.radiograph.Analyser;
import io.spinexr.radiograph.ImageAnalysis;
import io.spinexr.radiograph.Preparation;
import io.spinexr.radiograph.Provenance;
import io.spinexr.radiograph.RadiographAnalysis;
import io.spinexr.radiograph.ReceivedImage;
import io.spinexr.radiograph.ScopeCheck;
import io.spinexr.workshop.dataset.AnnotationFile;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.dataset.ImageSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Predicts every image that a data set's annotations name, by the path that a server takes. While
 * the networks look at one image, another worker decodes the next; each holds one image at a time.
 * What is known of an image is kept at once, so that a run that was interrupted goes on; images
 * that were left out are tried again. One bad image stops nothing.
 */
public final class Predictor {
  private final ModelRepository repository;
  private final RadiographDecoder decoder;
  private final boolean ignoreScope;
  private final int workers;

  /**
   * @param decoder with the model set's preprocessing
   * @param ignoreScope whether images that the model set is not made for are predicted, too
   * @param workers how many images are worked on at a time, at least 1
   */
  public Predictor(
      ModelRepository repository, RadiographDecoder decoder, boolean ignoreScope, int workers) {
    this.repository = repository;
    this.decoder = decoder;
    this.ignoreScope = ignoreScope;
    this.workers = workers;
  }

  /**
   * Predicts a split, or what is left of it.
   *
   * @param out folder for the files that {@link PredictionFiles} names
   * @throws ModelException if the folder holds predictions of another model set or of other images
   */
  public PredictionRun run(DataSetSplit split, Path out, Progress progress) {
    Map<String, String> studies = AnnotationFile.read(split.annotations(), Map.of()).studies();
    Map<String, Path> files = split.files();
    PredictionOrigin origin =
        PredictionOrigin.of(
            repository,
            "maxMegapixels %d, ignoreScope %b".formatted(decoder.maxMegapixels(), ignoreScope),
            fingerprint(studies.keySet(), files));
    Journal journal = Journal.open(out, origin);
    List<String> waiting =
        studies.keySet().stream().filter(id -> !journal.predicted().containsKey(id)).toList();
    Worker worker = new Worker(studies, files);
    ExecutorService threads = Executors.newFixedThreadPool(workers, Predictor::thread);
    try {
      CompletionService<Journal.Entry> answers = new ExecutorCompletionService<>(threads);
      waiting.forEach(id -> answers.submit(() -> worker.predict(id)));
      long start = System.nanoTime();
      for (int done = 1; done <= waiting.size(); done++) {
        journal.add(answers.take().get());
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.update(
            "predicting",
            studies.size() - waiting.size() + done,
            studies.size(),
            String.format(Locale.ROOT, "%.2f images/s", done / seconds),
            Duration.ofMillis((long) (1000 * seconds / done * (waiting.size() - done))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("predicting was interrupted; the same command goes on", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
    PredictionRun run =
        new PredictionRun(
            origin, journal.predicted().size(), List.copyOf(journal.leftOut().values()));
    PredictionFiles.write(
        out,
        studies.keySet().stream()
            .filter(journal.predicted()::containsKey)
            .map(journal.predicted()::get)
            .toList(),
        run);
    return run;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "predict");
    thread.setDaemon(true);
    return thread;
  }

  private static String fingerprint(Set<String> imageIds, Map<String, Path> files) {
    String text =
        imageIds.stream()
            .sorted()
            .map(id -> id + " " + Optional.ofNullable(files.get(id)).map(Predictor::size))
            .collect(Collectors.joining("\n"));
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ModelException("the size of %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /** What one image becomes, whatever happens to it. */
  private final class Worker {
    private final Map<String, String> studies;
    private final Map<String, Path> files;
    private final ScopeCheck scope = ScopeCheck.of(repository.scope());
    private final RadiographAnalysis radiographs =
        new RadiographAnalysis(new Analyser(repository), scope, decoder, ignoreScope);

    private Worker(Map<String, String> studies, Map<String, Path> files) {
      this.studies = studies;
      this.files = files;
    }

    private Journal.Entry predict(String id) {
      Path file = files.get(id);
      if (file == null) {
        return leftOut(id, "there is no such file, neither .dicom nor .dcm");
      }
      try {
        return predict(id, ReceivedImage.of(file));
      } catch (DicomException e) {
        return leftOut(id, e.getMessage());
      } catch (ModelException e) {
        return leftOut(id, RadiographAnalysis.NETWORKS_FAILED + ": " + e.getMessage());
      } catch (OutOfMemoryError e) {
        return leftOut(
            id, RadiographAnalysis.TOO_LITTLE_MEMORY + "; give more: SPINEXR_JAVA_OPTS=-Xmx4g");
      } catch (RuntimeException e) {
        return leftOut(id, "a mistake of this program: " + e.getClass().getSimpleName());
      }
    }

    private Journal.Entry predict(String id, ReceivedImage received) {
      Preparation preparation = radiographs.prepare(received);
      if (preparation instanceof Preparation.Rejected refused) {
        return Journal.Entry.leftOut(id, refused.image().sentence());
      }
      Preparation.Ready ready = (Preparation.Ready) preparation;
      DataSet header = received.file().dataSet();
      ImageAnalysis analysis = radiographs.analyse(ready);
      GrayscaleImage image = ready.image();
      return Journal.Entry.of(
          new ImagePrediction(
              id,
              studies.getOrDefault(id, id),
              new ImageDescription(
                  new ImageSize(image.width(), image.height()),
                  Attribute.of(header, scope.facts(header)),
                  Provenance.hash(image)),
              analysis.findings().probability(),
              analysis.perModel(),
              analysis.findings().detected(),
              analysis.findings().rawProbability()));
    }

    private static Journal.Entry leftOut(String id, String reason) {
      return Journal.Entry.leftOut(id, Kind.NOT_ANALYSABLE.display() + ": " + reason);
    }
  }
}
