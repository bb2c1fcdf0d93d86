package io.spinexr.service;

import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.Merged;
import io.spinexr.fhir.PatientMerge;
import io.spinexr.finding.BirthDate;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.job.Errand;
import io.spinexr.job.Jobs;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.Sha256;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.search.SearchJob;
import io.spinexr.state.OrderState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.PatientStore;
import io.spinexr.store.StoredOrder;
import io.spinexr.store.StudyStore;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What becomes known of patients after their orders: that the chart was wrong, or that two of them
 * are one. The record follows, and so does every result: it is checked again whether its images are
 * the patient's, and until then nothing of it is shown.
 */
public final class PatientChanges {
  private static final Pattern IDENTIFIER = Pattern.compile("\\P{Cntrl}{1,500}");

  private final PatientStore patients;
  private final OrderStore orders;
  private final StudyStore studies;
  private final PatientMatching matching;
  private final AnalysisRequests requests;
  private final PatientPrivacy privacy;
  private final FhirRecord record;
  private final Work work;
  private final Errand<Statement> errand;

  PatientChanges(
      PatientStore patients,
      OrderStore orders,
      StudyStore studies,
      PatientMatching matching,
      AnalysisRequests requests,
      PatientPrivacy privacy,
      FhirRecord record,
      Work work) {
    this.patients = patients;
    this.orders = orders;
    this.studies = studies;
    this.matching = matching;
    this.requests = requests;
    this.privacy = privacy;
    this.record = record;
    this.work = work;
    this.errand = new Errand<>("statement", Statement.class, this::bring, work);
  }

  /**
   * What an EHR stated, on its way to the record: format 1.
   *
   * @param family null if no name was stated
   * @param birthDate as FHIR writes it; null if not stated
   * @param at ISO 8601
   */
  record Statement(
      List<StoredOrder.Identifier> identifiers,
      @Nullable String family,
      List<String> given,
      @Nullable String birthDate,
      @Nullable String sex,
      String at) {
    private PatientIdentity patient() {
      return identity(
          identifiers.stream().map(i -> new PatientIdentifier(i.system(), i.value())).toList(),
          Optional.ofNullable(birthDate).flatMap(BirthDate::parse),
          Optional.ofNullable(sex));
    }

    private PatientStatement forTheRecord() {
      return new PatientStatement(
          identifiers.stream().map(i -> new PatientIdentifier(i.system(), i.value())).toList(),
          Optional.ofNullable(family).map(name -> new PatientStatement.Name(name, given)),
          Optional.ofNullable(birthDate).flatMap(BirthDate::parse),
          Optional.ofNullable(sex),
          Instant.parse(at));
    }
  }

  /**
   * Acts on what a trusted EHR says of a patient, if it is news and the patient can be known by a
   * mapped identifier. Of a patient for whom nothing may be written, it stays news.
   */
  void stated(PatientStatement statement) {
    PatientIdentity stated =
        identity(statement.identifiers(), statement.birthDate(), statement.sex());
    List<ArchivePatient> mapped = matching.inArchive(stated);
    if (mapped.isEmpty() || privacy.restriction(stated).isPresent()) {
      return;
    }
    String content = Sha256.of(content(statement));
    work.run(
        () -> {
          for (ArchivePatient patient : mapped) {
            if (patients.news(patient.hash(), content, statement.statedAt())) {
              errand.send(
                  patient.hash() + "/" + content, forTheRecord(statement, patient), work.now());
              orders.ordersOfPatient(patient.hash()).forEach(order -> correct(order, statement));
            }
          }
        });
  }

  private static PatientIdentity identity(
      List<PatientIdentifier> identifiers, Optional<BirthDate> birthDate, Optional<String> sex) {
    return new PatientIdentity("stated", identifiers, birthDate, sex);
  }

  private void bring(Statement statement) {
    if (privacy.restriction(statement.patient()).isEmpty()) {
      record.correct(statement.forTheRecord());
    }
  }

  private static String content(PatientStatement statement) {
    return String.join(
        "\n",
        statement.name().map(PatientStatement.Name::family).orElse(""),
        statement.name().map(name -> String.join(" ", name.given())).orElse(""),
        statement.birthDate().map(BirthDate::toString).orElse(""),
        statement.sex().orElse(""));
  }

  /** The mapped identifier alone says who is meant: others may be of several people. */
  private static Statement forTheRecord(PatientStatement statement, ArchivePatient patient) {
    return new Statement(
        List.of(new StoredOrder.Identifier(patient.system(), patient.patientId())),
        statement.name().map(PatientStatement.Name::family).orElse(null),
        statement.name().map(PatientStatement.Name::given).orElse(List.of()),
        statement.birthDate().map(BirthDate::toString).orElse(null),
        statement.sex().orElse(null),
        statement.statedAt().toString());
  }

  private void correct(ImagingOrder order, PatientStatement statement) {
    PatientIdentity known = order.patient();
    PatientIdentity corrected =
        new PatientIdentity(
            known.fhirId(),
            known.identifiers(),
            statement.birthDate().or(known::birthDate),
            statement.sex().or(known::sex));
    if (!corrected.equals(known)) {
      orders.rewrite(order.withPatient(corrected));
      checkAgain(order.key());
    }
  }

  private void checkAgain(String orderKey) {
    for (LinkedStudy link : orders.links(orderKey)) {
      studies.forgetFindings(link.studyUid());
      requests
          .known(link.studyUid())
          .ifPresent(known -> requests.refresh(known, known.priority(), work.now()));
    }
  }

  /**
   * Two identifiers are one person's: the one merge operation, whoever tells of it. The record is
   * merged at once; the orders of the retired identifier are searched again under both.
   *
   * @param reason why, as a clause without personal data
   * @param by who decided it
   * @return what the record held
   * @throws io.spinexr.fhir.FhirRecordException if the record cannot merge them
   * @throws IllegalArgumentException if the identifiers are the same, or reason or name are blank
   */
  public Merged merge(
      PatientIdentifier retired, PatientIdentifier surviving, String reason, String by) {
    Withdrawals.requireText("reason", reason, 500);
    Withdrawals.requireText("person", by, 200);
    for (PatientIdentifier identifier : List.of(retired, surviving)) {
      if (!IDENTIFIER.matcher(identifier.system() + identifier.value()).matches()) {
        throw new IllegalArgumentException(
            "An identifier must have at most 500 characters, none of them a control character");
      }
    }
    Instant now = work.now();
    Merged merged =
        record.merge(
            new PatientMerge(
                new PatientIdentifier(retired.system(), retired.value()),
                new PatientIdentifier(surviving.system(), surviving.value()),
                reason,
                by,
                now));
    String hash = PatientHash.of(retired.system(), retired.value());
    work.run(
        () -> {
          patients.merged(hash, surviving, now);
          orders.ordersOfPatient(hash).forEach(order -> searchAgain(order, now));
          privacy.merged(hash, PatientHash.of(surviving.system(), surviving.value()));
        });
    return merged;
  }

  private void searchAgain(ImagingOrder order, Instant now) {
    PatientIdentity complete = complete(order.patient());
    OrderState state = orders.orderToChange(order.key()).orElseThrow().state();
    if (complete.equals(order.patient())) {
      return;
    }
    if (state != OrderState.SEARCHING
        && state != OrderState.WAITING
        && state != OrderState.COMPLETE) {
      orders.rewrite(order.withPatient(complete)); // it is over, and stays so
    } else {
      orders.renew(order.withPatient(complete), now);
      Jobs.schedule(work.jobs().orders(), SearchJob.DESCRIPTOR.instance(order.key()).build(), now);
    }
  }

  /** With the identifiers that replaced a patient's own, which an EHR may not know of yet. */
  PatientIdentity complete(PatientIdentity patient) {
    Set<PatientIdentifier> identifiers = new LinkedHashSet<>(patient.identifiers());
    List<PatientIdentifier> survivors = patients.survivors(PatientHash.all(patient));
    while (identifiers.addAll(survivors)) {
      survivors =
          patients.survivors(
              survivors.stream().map(id -> PatientHash.of(id.system(), id.value())).toList());
    }
    return new PatientIdentity(
        patient.fhirId(), List.copyOf(identifiers), patient.birthDate(), patient.sex());
  }

  /** Whether a patient has an identifier that replaced another. */
  boolean merged(PatientIdentity patient) {
    return !patients.retiredBy(patient.identifiers()).isEmpty();
  }

  /** The hashes of all identifiers by which results of a patient are known. */
  Set<String> inArchive(PatientIdentity patient) {
    Set<String> hashes = new HashSet<>(patients.retiredBy(patient.identifiers()));
    matching.inArchive(patient).forEach(mapped -> hashes.add(mapped.hash()));
    return hashes;
  }

  Task<Statement> task() {
    return errand.task();
  }
}
