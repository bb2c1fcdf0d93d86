package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Merged;
import io.spinexr.fhir.PatientMerge;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.BirthDate;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import io.spinexr.study.PatientStatement.Name;
import io.spinexr.study.Subject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudyStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patients that were merged or corrected. Every test has people of its own. */
class PatientsTest {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final String SYSTEM = "urn:oid:1.2.36.146.595.217.0.7";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.250Z");

  @TempDir private static Path folder;
  private static TestServer server;

  private final int test = TESTS.incrementAndGet();
  private final String studyUid = "1.2.826.0.4." + test;
  private final PatientIdentifier one = new PatientIdentifier(SYSTEM, "one,|" + test);
  private final PatientIdentifier two = new PatientIdentifier(SYSTEM, "two-" + test);
  private final PatientIdentifier three = new PatientIdentifier(SYSTEM, "three-" + test);

  @BeforeAll
  static void start() {
    // It plays the EHR, too, whose server has pages of two.
    server =
        TestServer.onH2(folder, "--spinexr.fhir.page-size=2", "--spinexr.fhir.accept-results=true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Subject subject(PatientIdentifier... identifiers) {
    return new Subject(
        List.of(identifiers),
        Optional.of("Muster^Max^^Dr."),
        Optional.of(new BirthDate(1960, 2, 29)),
        Optional.of("M"));
  }

  private Bundle findings(Subject subject) {
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    return FindingsBundle.of(
        new AnalysedStudy(
            subject,
            study.orders(),
            study.study(),
            study.findings(),
            study.rule(),
            study.urgency(),
            study.annotatedPng(),
            study.analysedAt()),
        Examples.ISSUER);
  }

  private Bundle failure(Subject subject) {
    FailedAnalysis failed = Examples.failed(Optional.of(Examples.study(studyUid)));
    return FailureBundle.of(
        new FailedAnalysis(
            subject,
            failed.orders(),
            failed.study(),
            failed.models(),
            failed.urgency(),
            failed.kind(),
            failed.reason(),
            failed.failedAt()),
        Examples.ISSUER);
  }

  private PatientMerge merge(PatientIdentifier retired, PatientIdentifier surviving) {
    return new PatientMerge(retired, surviving, "registered twice", "Records office", NOON);
  }

  // Looking the Patient up

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesToThePatientThatAnotherWasMergedInto(boolean byHttp) {
    Patient last = create(patient(two));
    Patient middle = create(replacedBy(patient(three), last));
    // As HAPI's merge leaves them: the survivor has the retired identifier, too.
    last.addIdentifier(identifier(one).setUse(IdentifierUse.OLD));
    update(last);
    create(replacedBy(patient(one), middle));

    server.record(byHttp).write(findings(subject(one)));
    assertThat(report().getSubject().getReference()).isEqualTo(address(last));
    assertThat(task().getFor().getReference()).isEqualTo(address(last));
    assertThat(with(one)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesToTheSurvivorThatLacksTheIdentifier(boolean byHttp) {
    Patient survivor = create(patient(two));
    create(replacedBy(patient(one), survivor));
    server.record(byHttp).write(findings(subject(one)));
    assertThat(report().getSubject().getReference()).isEqualTo(address(survivor));
    assertThat(with(one)).hasSize(1);
  }

  @Test
  void prefersThePatientInUse() {
    create(patient(one).setActive(false));
    create(patient(one).setActive(false));
    Patient inUse = create(patient(one));
    create(patient(one).setActive(false));
    server.record(true).write(findings(subject(one)));
    assertThat(report().getSubject().getReference()).isEqualTo(address(inUse));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsAFailureEvenIfSeveralPatientsHaveTheIdentifier(boolean byHttp) {
    create(patient(one));
    create(patient(one));
    create(patient(one));
    assertRefused(() -> server.record(byHttp).write(findings(subject(one))), "several Patients");

    server.record(byHttp).write(failure(subject(one)));

    assertThat(task().getStatus()).isEqualTo(TaskStatus.FAILED);
    assertThat(task().getFor().hasReference()).isFalse();
    assertThat(task().getFor().getIdentifier().getValue()).isEqualTo(one.value());
    assertThat(
            server.search(
                DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key()))
        .isEmpty();
  }

  @Test
  void refusesPatientsThatReplaceOneAnotherInACircle() {
    Patient first = create(patient(one));
    Patient second = create(replacedBy(patient(two), first));
    update(replacedBy(first, second));
    assertRefused(() -> server.record(false).write(findings(subject(one))), "circle");
    server.record(false).write(failure(subject(one)));
    assertThat(task().getStatus()).isEqualTo(TaskStatus.FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesACreationThatSeveralResourcesMeet(boolean byHttp) {
    for (int i = 0; i < 3; i++) {
      ImagingStudy study =
          new ImagingStudy()
              .setStatus(ImagingStudyStatus.AVAILABLE)
              .setSubject(new Reference().setDisplay("somebody"));
      study.addIdentifier().setSystem("urn:dicom:uid").setValue("urn:oid:" + studyUid);
      server.client().create().resource(study).execute();
    }
    assertRefused(
        () -> server.record(byHttp).write(findings(subject(one))), "3 resources", "ImagingStudy");
  }

  // What images tell

  @Test
  void fillsFromImagesWhatAPatientLacks() {
    create(patient(one));
    server.record(false).write(findings(subject(one, two)));
    Patient filled = with(one).get(0);
    assertThat(filled.getNameFirstRep().getFamily()).isEqualTo("Muster");
    assertThat(filled.getBirthDateElement().getValueAsString()).isEqualTo("1960-02-29");
    assertThat(filled.getGender()).isEqualTo(AdministrativeGender.MALE);
    assertThat(with(two)).hasSize(1);

    server.record(false).write(findings(subject(one, two)));
    assertThat(with(one).get(0).getIdElement().getVersionIdPart()).isEqualTo("2");
  }

  @Test
  void changesNothingThatAPatientHas() {
    Patient known = patient(one).setGender(AdministrativeGender.FEMALE);
    known.addName().setFamily("Beispiel");
    known.setBirthDateElement(new DateType("1971"));
    create(known);
    create(patient(two));
    server.record(false).write(findings(subject(one, two)));
    Patient after = with(one).get(0);
    assertThat(after.getIdElement().getVersionIdPart()).isEqualTo("1");
    assertThat(after.getBirthDateElement().getValueAsString()).isEqualTo("1971");
    // It is somebody else's.
    assertThat(with(two)).hasSize(1);
  }

  @Test
  void leavesAnotherServersPatientsAlone() {
    create(patient(one));
    server.record(true).write(findings(subject(one, two)));
    assertThat(with(one).get(0).hasName()).isFalse();
    assertRefused(() -> server.record(true).merge(merge(one, two)), "keeps its own Patients");
    assertRefused(
        () -> server.record(true).correct(statement(NOON, "A", Optional.empty())), "keeps its own");
  }

  // Merging

  @Test
  void movesAllThatWasRecordedToTheSurvivor() {
    server.record(false).write(findings(subject(one)));
    Patient retired = with(one).get(0);
    Patient survivor = create(patient(two));
    ServiceRequest foreign = order();
    foreign
        .setSubject(new Reference(address(retired) + "/_history/1").setDisplay("Muster, Max"))
        .setRequester(new Reference(address(retired)));
    foreign.getSubject().setReference(address(retired));
    Resource order = created(foreign);
    Group group = new Group().setType(GroupType.PERSON).setActual(true);
    group.addMember().setEntity(new Reference(address(retired)));
    group.addMember().setEntity(new Reference(address(survivor)));
    Resource cohort = created(group);
    AuditEvent event = new AuditEvent().setRecorded(Date.from(NOON));
    event.getType().setSystem("urn:test").setCode("read");
    event.addAgent().setRequestor(true);
    event.getSource().getObserver().setDisplay("the RIS");
    event.addEntity().setWhat(new Reference(address(retired)));
    Resource audit = created(event);

    assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.TWO_PATIENTS);

    for (String type :
        List.of(
            "ImagingStudy?subject=",
            "DiagnosticReport?subject=",
            "Observation?subject=",
            "Task?patient=",
            "ServiceRequest?subject=",
            "ServiceRequest?requester=",
            "Group?member=")) {
      assertThat(found(type + address(retired))).as(type).isZero();
      assertThat(found(type + address(survivor))).as(type).isPositive();
    }
    assertThat(((ServiceRequest) read(order)).getSubject().hasDisplay()).isFalse();
    assertThat(((Group) read(cohort)).getMember()).hasSize(2);
    assertThat(((AuditEvent) read(audit)).getEntityFirstRep().getWhat().getReference())
        .isEqualTo(address(retired));
    Patient after = (Patient) read(retired);
    assertThat(after.getActive()).isFalse();
    assertThat(after.getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACEDBY);
    assertThat(after.getLinkFirstRep().getOther().getReference()).isEqualTo(address(survivor));
    Patient kept = (Patient) read(survivor);
    assertThat(kept.getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACES);
    assertThat(kept.getLinkFirstRep().getOther().getReference()).isEqualTo(address(retired));
    assertThat(kept.getIdentifier())
        .filteredOn(identifier -> identifier.getUse() == IdentifierUse.OLD)
        .extracting(Identifier::getValue)
        .containsExactly(one.value());
    Provenance provenance =
        server.only(
            Provenance.class, "target=" + address(retired) + "&target=" + address(survivor));
    assertThat(provenance.getReasonFirstRep().getText()).isEqualTo("registered twice");
    assertThat(provenance.getAgentFirstRep().getWho().getDisplay()).isEqualTo("Records office");
    assertThat(provenance.getRecorded()).isEqualTo(NOON);
    assertThat(
            server
                .client()
                .history()
                .onInstance(report().getIdElement().toUnqualifiedVersionless())
                .returnBundle(Bundle.class)
                .execute()
                .getTotal())
        .isEqualTo(2);

    List<String> versions = versions(retired, survivor, order, cohort);
    assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.TWO_PATIENTS);
    assertThat(versions(retired, survivor, order, cohort)).isEqualTo(versions);

    server.record(false).write(findings(subject(one)));
    assertThat(report().getSubject().getReference()).isEqualTo(address(survivor));
  }

  @Test
  void refusesToMergeBackAndElsewhere() {
    create(patient(one));
    create(patient(two));
    create(patient(three));
    server.record(false).merge(merge(one, two));
    assertRefused(() -> server.record(false).merge(merge(two, one)), "itself merged away");
    assertRefused(() -> server.record(false).merge(merge(three, one)), "itself merged away");
    assertRefused(
        () -> server.record(false).merge(merge(one, three)), "into another Patient already");

    assertThat(server.record(false).merge(merge(two, three))).isEqualTo(Merged.TWO_PATIENTS);
    assertRefused(() -> server.record(false).merge(merge(three, one)), "itself merged away");
    server.record(false).write(findings(subject(one)));
    assertThat(report().getSubject().getReference()).isEqualTo(address(with(three).get(0)));
  }

  @Test
  void renamesAPatientWhoseSuccessorIsUnknown() {
    create(patient(one));
    for (int i = 0; i < 2; i++) {
      assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.ONE_PATIENT);
      assertThat(with(one)).hasSize(1);
      assertThat(with(two).get(0).getIdentifier())
          .extracting(Identifier::getValue, Identifier::getUse)
          .containsExactly(
              tuple(one.value(), IdentifierUse.OLD), tuple(two.value(), IdentifierUse.OFFICIAL));
      assertThat(with(two).get(0).getIdElement().getVersionIdPart()).isEqualTo("2");
    }
    assertRefused(() -> server.record(false).merge(merge(two, one)), "itself merged away");
    assertRefused(
        () -> server.record(false).merge(merge(one, three)), "into another Patient already");
  }

  @Test
  void knowsTheSurvivorByTheRetiredIdentifierOfNobody() {
    Patient survivor = create(patient(two));
    assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.ONE_PATIENT);
    assertThat(with(one)).extracting(PatientsTest::address).containsExactly(address(survivor));
  }

  @Test
  void saysWhenThereIsNobodyToMerge() {
    assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.NOBODY_THERE);
    assertThat(with(one)).isEmpty();
    assertThat(with(two)).isEmpty();
  }

  @Test
  void refusesToMergeWhenAnIdentifierIsOfSeveralPatients() {
    create(patient(one));
    create(patient(two));
    create(patient(two));
    assertRefused(() -> server.record(false).merge(merge(one, two)), "several Patients");
    assertThatThrownBy(() -> merge(one, one)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void completesAMergeThatAnotherBegan() {
    Patient survivor = create(patient(two));
    Patient retired = create(replacedBy(patient(one), survivor));
    ServiceRequest late = order().setSubject(new Reference(address(retired)));
    Resource order = created(late);
    assertThat(server.record(false).merge(merge(one, two))).isEqualTo(Merged.TWO_PATIENTS);
    assertThat(((ServiceRequest) read(order)).getSubject().getReference())
        .isEqualTo(address(survivor));
    assertThat(with(one)).hasSize(2);
  }

  /** Whoever comes second sees what the first has done. */
  @Test
  void mergesOnceWhenSeveralMergeAndWriteAtOnce() throws Exception {
    server.record(false).write(findings(subject(one)));
    Patient survivor = create(patient(two));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Callable<Object> merge = () -> server.record(false).merge(merge(one, two));
      Callable<Object> write = () -> server.record(false).write(findings(subject(one)));
      for (Future<Object> done : pool.invokeAll(List.of(merge, write, merge, write))) {
        assertThat(done.get()).isNotNull();
      }
    } finally {
      pool.shutdownNow();
    }
    server.record(false).merge(merge(one, two));
    assertThat(report().getSubject().getReference()).isEqualTo(address(survivor));
    assertThat(with(one)).hasSize(2);
  }

  // Correcting

  @Test
  void correctsWhatTheEhrStatesOtherwise() {
    Patient stored = patient(one).setGender(AdministrativeGender.MALE);
    stored.addName().setFamily("Mustre").addGiven("Max").addPrefix("Dr.");
    stored.addName().setFamily("Beispiel").setUse(NameUse.MAIDEN);
    stored.setBirthDateElement(new DateType("1960-02"));
    create(stored);
    PatientStatement statement = statement(NOON, "Muster", BirthDate.parse("1960-02-29"));

    assertThat(server.record(false).correct(statement)).isTrue();
    Patient corrected = with(one).get(0);
    assertThat(corrected.getName())
        .extracting(name -> name.getFamily())
        .containsExactly("Muster", "Beispiel");
    assertThat(corrected.getBirthDateElement().getValueAsString()).isEqualTo("1960-02-29");
    assertThat(corrected.getGender()).isEqualTo(AdministrativeGender.MALE);

    assertThat(server.record(false).correct(statement)).isFalse();
    assertThat(with(one).get(0).getIdElement().getVersionIdPart()).isEqualTo("2");
    Bundle history =
        server
            .client()
            .history()
            .onInstance(corrected.getIdElement().toUnqualifiedVersionless())
            .returnBundle(Bundle.class)
            .execute();
    assertThat(history.getTotal()).isEqualTo(2);
    // Images do not take it back.
    server.record(false).write(findings(subject(one)));
    assertThat(with(one).get(0).getIdElement().getVersionIdPart()).isEqualTo("2");
  }

  @Test
  void letsTheNewestStatementWinInWhateverOrderTheyCome() {
    create(patient(one));
    assertThat(server.record(false).correct(statement(NOON, "First", Optional.empty()))).isTrue();
    // It says the same, but later.
    assertThat(
            server.record(false).correct(statement(NOON.plusMillis(2), "First", Optional.empty())))
        .isFalse();
    assertThat(
            server
                .record(false)
                .correct(statement(NOON.plusMillis(1), "Stale", BirthDate.parse("1970"))))
        .isFalse();
    assertThat(with(one).get(0).getNameFirstRep().getFamily()).isEqualTo("First");
    assertThat(with(one).get(0).hasBirthDate()).isFalse();
    assertThat(
            server
                .record(false)
                .correct(statement(NOON.plusMillis(3), "Last", BirthDate.parse("1970"))))
        .isTrue();
    assertThat(with(one).get(0).getNameFirstRep().getFamily()).isEqualTo("Last");
    assertThat(with(one).get(0).getBirthDateElement().getValueAsString()).isEqualTo("1970");
  }

  @Test
  void createsNobodyByAStatement() {
    assertThat(server.record(false).correct(statement(NOON, "Muster", Optional.empty()))).isFalse();
    assertThat(with(one)).isEmpty();
  }

  @Test
  void correctsThePatientThatAnotherWasMergedInto() {
    create(patient(one));
    create(patient(two));
    server.record(false).merge(merge(one, two));
    server.record(false).correct(statement(NOON, "Muster", Optional.empty()));
    assertThat(with(two).get(0).getNameFirstRep().getFamily()).isEqualTo("Muster");
    create(patient(three));
    PatientStatement ofTwo =
        new PatientStatement(
            List.of(two, three), Optional.empty(), Optional.empty(), Optional.of("F"), NOON);
    assertRefused(() -> server.record(false).correct(ofTwo), "several Patients");
  }

  private PatientStatement statement(Instant at, String family, Optional<BirthDate> birthDate) {
    return new PatientStatement(
        List.of(one),
        Optional.of(new Name(family, List.of("Max"))),
        birthDate,
        Optional.empty(),
        at);
  }

  private void assertRefused(Callable<?> call, String... saying) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            FhirRecordException.class,
            refusal -> {
              assertThat(refusal.retryable()).isFalse();
              assertThat(refusal.getMessage())
                  .contains(saying)
                  .doesNotContain(one.value(), two.value(), three.value());
            });
  }

  private static Patient patient(PatientIdentifier identifier) {
    return new Patient().addIdentifier(identifier(identifier));
  }

  private static Identifier identifier(PatientIdentifier identifier) {
    return new Identifier().setSystem(identifier.system()).setValue(identifier.value());
  }

  private static Patient replacedBy(Patient patient, Patient other) {
    patient.addLink().setType(LinkType.REPLACEDBY).setOther(new Reference(address(other)));
    return patient;
  }

  private static ServiceRequest order() {
    return new ServiceRequest()
        .setStatus(ServiceRequestStatus.ACTIVE)
        .setIntent(ServiceRequestIntent.ORDER);
  }

  private static Patient create(Patient patient) {
    return (Patient) created(patient);
  }

  private static Resource created(Resource resource) {
    return (Resource) server.client().create().resource(resource).execute().getResource();
  }

  private static void update(Patient patient) {
    server.client().update().resource(patient).execute();
  }

  private static Resource read(Resource resource) {
    return (Resource)
        server
            .client()
            .read()
            .resource(resource.fhirType())
            .withId(resource.getIdElement().getIdPart())
            .execute();
  }

  private static List<String> versions(Resource... resources) {
    List<String> versions = new ArrayList<>();
    for (Resource resource : resources) {
      versions.add(read(resource).getIdElement().getVersionIdPart());
    }
    return versions;
  }

  private static int found(String url) {
    return server.asEhr().search(url).size();
  }

  /** By the EHR's search, which reads every page. */
  private static List<Patient> with(PatientIdentifier identifier) {
    String value =
        URLEncoder.encode(
            identifier.system() + "|" + identifier.value().replaceAll("[,|]", "\\\\$0"),
            StandardCharsets.UTF_8);
    return server.asEhr().search("Patient?identifier=" + value).stream()
        .map(Patient.class::cast)
        .toList();
  }

  private static String address(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private String key() {
    return studyUid + "/" + Examples.MODELS.id();
  }

  private DiagnosticReport report() {
    return server.only(
        DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key());
  }

  private Task task() {
    return server.only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key());
  }
}
