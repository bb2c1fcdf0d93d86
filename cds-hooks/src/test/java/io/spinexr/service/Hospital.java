package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Patients, their orders and their images. Every patient is a new one. */
public final class Hospital {
  public static final String SYSTEM = "urn:oid:1.2.36.146.595.217.0.1";
  public static final String EHR = "https://ehr.example/fhir";
  private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime());

  private Hospital() {}

  public static SyntheticPatient newPatient() {
    return SyntheticPatient.of(NUMBERS.incrementAndGet());
  }

  public static PatientIdentity identity(SyntheticPatient patient) {
    return new PatientIdentity(
        "patient-" + patient.id().toLowerCase(),
        List.of(
            new PatientIdentifier("urn:ssn", "999"), new PatientIdentifier(SYSTEM, patient.id())),
        BirthDate.parse(patient.birthDate().toString()),
        Optional.of(patient.sex()));
  }

  public static ImagingOrder order(SyntheticPatient patient) {
    return order(identity(patient), Optional.empty(), true);
  }

  public static ImagingOrder order(
      PatientIdentity patient, Optional<String> accessionNumber, boolean placed) {
    return order(patient, new OrderNumbers(accessionNumber, Optional.empty()), placed);
  }

  /** A signed one. */
  public static ImagingOrder order(PatientIdentity patient, OrderNumbers numbers) {
    return order(patient, numbers, true);
  }

  private static ImagingOrder order(PatientIdentity patient, OrderNumbers numbers, boolean placed) {
    return new ImagingOrder(
        EHR,
        "order-" + NUMBERS.incrementAndGet(),
        true,
        patient,
        numbers,
        new Examination("Lumbar spine radiograph", "lumbar", SpineRegion.LUMBAR),
        ReadingPriority.ROUTINE,
        placed ? OrderStage.SIGNED : OrderStage.SELECTED,
        Set.of("Practitioner/1"));
  }

  /** A study of the patient, taken today. */
  public static PhantomFile.Study study(SyntheticPatient patient) {
    return study(patient, LocalDate.now());
  }

  public static PhantomFile.Study study(SyntheticPatient patient, LocalDate date) {
    return new PhantomFile.Study(
        patient, "ACC" + Long.toString(NUMBERS.incrementAndGet() & 0xFFFFFFFFFFL, 36), date);
  }

  /** Image {@code number} of a study: a small phantom. */
  public static DicomFile image(PhantomFile.Study study, int number) {
    return PhantomFile.of(
        new PhantomGenerator().generate(study.uid().hashCode() + number, 0.25), study, number);
  }

  public static DicomFile changed(DicomFile file, UnaryOperator<DataSet.Builder> change) {
    return new DicomFile(
        file.transferSyntaxUid(), change.apply(file.dataSet().toBuilder()).build());
  }

  public static void store(URI archive, DicomFile... files) {
    assertThat(new DicomWebClient(DicomWebOptions.of(archive)).store(List.of(files)).complete())
        .isTrue();
  }
}
