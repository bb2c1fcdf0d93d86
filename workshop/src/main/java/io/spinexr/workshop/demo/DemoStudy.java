package io.spinexr.workshop.demo;

import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.View;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A synthetic study of the demonstration.
 *
 * @param seeds of its images, none of which any training has seen
 * @param ordered whether it is what the patient's order is about; otherwise it is an earlier one
 */
record DemoStudy(PhantomFile.Study study, Region region, List<Long> seeds, boolean ordered) {
  private static final int PATIENTS = 8;
  private static final int PATIENTS_WITH_EARLIER_STUDY = 4;
  private static final int PATIENTS_WITH_TWO_VIEWS = 3;
  private static final long FIRST_SEED = 500_000;

  /** Small enough to tell view and region in a moment; they do not depend on the size. */
  private static final double GLANCE = 0.05;

  DemoStudy {
    seeds = List.copyOf(seeds);
  }

  /** The dozen studies of eight patients, always the same. */
  static List<DemoStudy> all() {
    List<DemoStudy> studies = new ArrayList<>();
    for (int i = 0; i < PATIENTS; i++) {
      SyntheticPatient patient = SyntheticPatient.of(1001 + 7L * i);
      long seed = FIRST_SEED + 100L * i;
      Phantom first = new PhantomGenerator().generate(seed, GLANCE);
      List<Long> seeds = new ArrayList<>(List.of(seed));
      if (i < PATIENTS_WITH_TWO_VIEWS) {
        seeds.add(otherView(seed, first));
      }
      studies.add(
          study(
              patient,
              "DEMO" + (100 + i),
              LocalDate.of(2026, 11, 2).plusDays(i),
              first,
              seeds,
              true));
      if (i < PATIENTS_WITH_EARLIER_STUDY) {
        studies.add(
            study(
                patient,
                "DEMO" + (200 + i),
                LocalDate.of(2024, 3, 5).plusDays(31L * i),
                first,
                List.of(sameView(seed, first)),
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

  private static DemoStudy study(
      SyntheticPatient patient,
      String accessionNumber,
      LocalDate date,
      Phantom like,
      List<Long> seeds,
      boolean ordered) {
    return new DemoStudy(
        new PhantomFile.Study(patient, accessionNumber, date), like.region(), seeds, ordered);
  }

  private static long otherView(long seed, Phantom first) {
    return next(seed, first.region(), first.view() == View.AP ? View.LATERAL : View.AP);
  }

  private static long sameView(long seed, Phantom first) {
    return next(seed, first.region(), first.view());
  }

  private static long next(long seed, Region region, View view) {
    for (long candidate = seed + 1; ; candidate++) {
      Phantom phantom = new PhantomGenerator().generate(candidate, GLANCE);
      if (phantom.region() == region && phantom.view() == view) {
        return candidate;
      }
    }
  }
}
