package io.spinexr.workshop.demo;

import io.spinexr.dicom.file.DicomFile;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.View;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.hard.HardGenerator;
import io.spinexr.phantom.hard.HardPhantom;
import io.spinexr.phantom.hard.Population;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A synthetic study of the demonstration.
 *
 * @param difficulty of its images
 * @param seeds of its images, none of which any training has seen
 * @param ordered whether it is what the patient's order is about; otherwise it is an earlier one
 */
record DemoStudy(
    PhantomFile.Study study,
    Difficulty difficulty,
    Region region,
    List<Long> seeds,
    boolean ordered) {
  private static final int PATIENTS_WITH_EARLIER_STUDY = 4;
  private static final int PATIENTS_WITH_TWO_VIEWS = 3;

  DemoStudy {
    seeds = List.copyOf(seeds);
  }

  /**
   * Of each patient's first image. The hard ones are chosen: on the first four the bundled models
   * find what triage puts before the rest of the worklist, which is as rare on hard phantoms as in
   * life.
   */
  private static List<Long> firstSeeds(Difficulty difficulty) {
    return switch (difficulty) {
      case EASY ->
          List.of(500_000L, 500_100L, 500_200L, 500_300L, 500_400L, 500_500L, 500_600L, 500_700L);
      case HARD ->
          List.of(501_055L, 500_254L, 501_096L, 500_914L, 500_400L, 500_500L, 500_600L, 500_700L);
    };
  }

  /** The dozen studies of eight patients, always the same. */
  static List<DemoStudy> all(Difficulty difficulty) {
    List<DemoStudy> studies = new ArrayList<>();
    List<Long> firstSeeds = firstSeeds(difficulty);
    for (int i = 0; i < firstSeeds.size(); i++) {
      long seed = firstSeeds.get(i);
      Phantom first = difficulty.glance(seed);
      SyntheticPatient patient =
          switch (difficulty) {
            case EASY -> SyntheticPatient.of(1001 + 7L * i);
            case HARD -> PhantomFile.Study.of(hard(seed, Difficulty.GLANCE)).patient();
          };
      // An archive of easy studies is not taken for one of hard ones.
      String number = difficulty == Difficulty.EASY ? "DEMO" : "HARD";
      List<Long> seeds = new ArrayList<>(List.of(seed));
      if (i < PATIENTS_WITH_TWO_VIEWS) {
        seeds.add(otherView(difficulty, seed, first));
      }
      studies.add(
          study(
              patient,
              number + (100 + i),
              LocalDate.of(2026, 11, 2).plusDays(i),
              difficulty,
              first,
              seeds,
              true));
      if (i < PATIENTS_WITH_EARLIER_STUDY) {
        studies.add(
            study(
                patient,
                number + (200 + i),
                LocalDate.of(2024, 3, 5).plusDays(31L * i),
                difficulty,
                first,
                List.of(sameView(difficulty, seed, first)),
                false));
      }
    }
    return studies;
  }

  /** The order of its radiographs, in LOINC's codes. */
  DemoEhr.Order order() {
    String number = study.accessionNumber();
    String id = "order-" + number;
    return switch (region) {
      case CERVICAL ->
          new DemoEhr.Order(id, study.patient(), number, "24946-6", "XR Cervical spine Views");
      case THORACIC ->
          new DemoEhr.Order(id, study.patient(), number, "24983-9", "XR Thoracic spine Views");
      case LUMBAR ->
          new DemoEhr.Order(id, study.patient(), number, "24972-2", "XR Lumbar spine Views");
    };
  }

  /** One of its images as a file. */
  DicomFile file(long seed, int number) {
    return switch (difficulty) {
      case EASY -> PhantomFile.of(new PhantomGenerator().generate(seed), study, number);
      case HARD -> PhantomFile.of(hard(seed, 1), study, number);
    };
  }

  private static HardPhantom hard(long seed, double scale) {
    return new HardGenerator(Population.DEFAULT).generate(seed, scale);
  }

  private static DemoStudy study(
      SyntheticPatient patient,
      String accessionNumber,
      LocalDate date,
      Difficulty difficulty,
      Phantom like,
      List<Long> seeds,
      boolean ordered) {
    return new DemoStudy(
        new PhantomFile.Study(patient, accessionNumber, date),
        difficulty,
        like.region(),
        seeds,
        ordered);
  }

  private static long otherView(Difficulty difficulty, long seed, Phantom first) {
    return next(difficulty, seed, first.region(), first.view() == View.AP ? View.LATERAL : View.AP);
  }

  private static long sameView(Difficulty difficulty, long seed, Phantom first) {
    return next(difficulty, seed, first.region(), first.view());
  }

  private static long next(Difficulty difficulty, long seed, Region region, View view) {
    for (long candidate = seed + 1; ; candidate++) {
      Phantom phantom = difficulty.glance(candidate);
      if (phantom.region() == region && phantom.view() == view) {
        return candidate;
      }
    }
  }
}
