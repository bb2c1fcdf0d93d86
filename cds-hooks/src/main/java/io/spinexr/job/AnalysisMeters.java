package io.spinexr.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.output.RefusedException;
import io.spinexr.radiograph.Stage;
import io.spinexr.state.OrderState;
import io.spinexr.state.OutputState;
import io.spinexr.state.StudyState;
import io.spinexr.store.OutputStore;
import io.spinexr.store.StudyStore;
import io.spinexr.store.StudyStore.Counts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** The metrics of orders and analyses, all under {@code spinexr}. */
public final class AnalysisMeters {
  /** The gauges of one scrape are read within it. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final MeterRegistry registry;
  private final BooleanSupplier databaseAnswers;

  /**
   * @param databaseAnswers whether it is worth asking: who scrapes waits for no connection
   */
  public AnalysisMeters(MeterRegistry registry, BooleanSupplier databaseAnswers) {
    this.registry = registry;
    this.databaseAnswers = databaseAnswers;
  }

  /** Gauges that read the store when they are asked: once for all that are asked together. */
  public void observe(StudyStore studies, String modelSet) {
    Recent<Optional<Counts>> counts =
        new Recent<>(FRESH, () -> known(() -> studies.counts(modelSet)));
    for (StudyState state : StudyState.values()) {
      Gauge.builder("spinexr.studies", () -> value(counts.get(), Counts::studies, state))
          .description("Studies of the active model set by state; queued ones are the queue")
          .tag("state", code(state))
          .register(registry);
    }
    for (OrderState state : OrderState.values()) {
      Gauge.builder("spinexr.orders", () -> value(counts.get(), Counts::orders, state))
          .description("Remembered orders by state")
          .tag("state", code(state))
          .register(registry);
    }
  }

  /** Empty while the database does not answer, which its health tells. */
  private <T> Optional<T> known(Supplier<T> counts) {
    try {
      return databaseAnswers.getAsBoolean() ? Optional.of(counts.get()) : Optional.empty();
    } catch (DataAccessException e) {
      return Optional.empty();
    }
  }

  private static <C, K> double value(Optional<C> counts, Function<C, Map<K, Long>> which, K key) {
    return counts
        .map(known -> (double) which.apply(known).getOrDefault(key, 0L))
        .orElse(Double.NaN);
  }

  public void stage(Stage stage, Duration time) {
    Timer.builder("spinexr.analysis.stage")
        .description("Time of each step of an analysis")
        .tag("stage", stage.code())
        .publishPercentileHistogram()
        .register(registry)
        .record(time);
  }

  /** A study's analysis ended. */
  public void analysis(StudyState outcome, Duration sinceRequest) {
    Timer.builder("spinexr.analyses")
        .description("Analyses of studies by outcome, from request to end")
        .tag("outcome", code(outcome))
        .register(registry)
        .record(sinceRequest);
  }

  public void imageAnalysed() {
    image("analysed");
  }

  public void imageRejected() {
    image("rejected");
  }

  private void image(String outcome) {
    registry.counter("spinexr.images", "outcome", outcome).increment();
  }

  /** The FHIR server refuses to take what was given up. */
  public void failureNotRecorded() {
    registry.counter("spinexr.failures.not.recorded").increment();
  }

  /** What an output had to do about a result ended. */
  public void output(String output, OutputState outcome, Duration sinceAsked) {
    Timer.builder("spinexr.outputs")
        .description("Results and withdrawals brought to an output by outcome, from request to end")
        .tag("output", output)
        .tag("outcome", outcome.code())
        .register(registry)
        .record(sinceAsked);
  }

  /** Gauges of outputs, read as those of studies and orders are. */
  public void observe(OutputStore store, List<String> outputs) {
    for (OutputState state : List.of(OutputState.WAITING, OutputState.REFUSED)) {
      Recent<Optional<Map<String, Long>>> counts =
          new Recent<>(FRESH, () -> known(() -> store.count(state)));
      for (String output : outputs) {
        Gauge.builder(
                "spinexr.outputs." + state.code(),
                () -> value(counts.get(), Function.identity(), output))
            .description("Results and withdrawals that an output is to be brought or does not take")
            .tag("output", output)
            .register(registry);
      }
    }
  }

  /** Something had been kept long enough. */
  public void removed(String kind, int howMany) {
    registry.counter("spinexr.retention.removed", "kind", kind).increment(howMany);
  }

  /** An attempt at a search or an analysis failed. */
  public void failure(String job, Throwable cause) {
    registry.counter("spinexr.job.failures", "job", job, "reason", reason(cause)).increment();
  }

  private static String reason(Throwable cause) {
    if (cause instanceof DicomWebException e) {
      return "archive_" + code(e.kind());
    }
    if (cause instanceof FhirRecordException) {
      return "fhir";
    }
    if (cause instanceof RefusedException) {
      return "refused";
    }
    if (cause instanceof ModelException) {
      return "models";
    }
    if (cause instanceof DataAccessException) {
      return "database";
    }
    if (cause instanceof NotThePatientsException) {
      return "patient_not_matched";
    }
    if (cause instanceof GiveUpException e) {
      return e.state() == StudyState.NOT_MATCHED ? "patient_not_matched" : "study_gone";
    }
    return "internal";
  }

  private static String code(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
