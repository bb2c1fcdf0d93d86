package io.spinexr.fhir.upkeep;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Merged;
import io.spinexr.fhir.PatientMerge;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.ProvenanceResource;
import io.spinexr.fhir.store.OwnStore;
import io.spinexr.fhir.store.Patients;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.PatientResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** One attempt at a merge: all of it in one transaction, each resource by its version. */
final class MergeAttempt {
  /** What they say happened to a Patient's record then happened to that record. */
  private static final Set<String> RECORDS_OF_EVENTS = Set.of("AuditEvent", "Provenance");

  private final PatientMerge merge;
  private final OwnStore store;
  private final Patients patients;

  /** As they become, by address. */
  private final Map<String, Resource> changes = new LinkedHashMap<>();

  private MergeAttempt(PatientMerge merge, OwnStore store) {
    this.merge = merge;
    this.store = store;
    this.patients = new Patients(store);
  }

  static Merged run(PatientMerge merge, OwnStore store) {
    return new MergeAttempt(merge, store).run();
  }

  private Merged run() {
    Optional<Patient> retired = patients.survivor(List.of(merge.retired()));
    Optional<Patient> surviving = patients.survivor(List.of(merge.surviving()));
    if (surviving.filter(patient -> !Patients.goesBy(patient, merge.surviving())).isPresent()) {
      throw refusal("the surviving identifier was itself merged away; merge into its successor");
    }
    boolean two =
        retired.isPresent() && surviving.isPresent() && !same(retired.get(), surviving.get());
    boolean elsewhere = two || surviving.isEmpty();
    if (elsewhere
        && retired.filter(patient -> !Patients.goesBy(patient, merge.retired())).isPresent()) {
      throw refusal("the retired identifier is merged into another Patient already");
    }
    if (retired.isEmpty() && surviving.isEmpty()) {
      return Merged.NOBODY_THERE;
    }
    Patient survivor = surviving.or(() -> retired).orElseThrow();
    List<Patient> others =
        patients.matches(merge.retired()).stream().filter(p -> !same(p, survivor)).toList();
    List<Resource> before = new ArrayList<>();
    before.add(survivor.copy());
    others.forEach(other -> before.add(other.copy()));

    change(survivor);
    name(survivor);
    others.forEach(other -> retire(other, survivor));
    before.forEach(
        unchanged -> changes.values().removeIf(resource -> resource.equalsDeep(unchanged)));
    write();
    return others.isEmpty() ? Merged.ONE_PATIENT : Merged.TWO_PATIENTS;
  }

  /** Goes by the surviving identifier, and by the retired one no more. */
  private void name(Patient survivor) {
    if (Patients.find(survivor, merge.surviving()).isEmpty()) {
      survivor.addIdentifier(
          PatientResource.identifier(merge.surviving()).setUse(IdentifierUse.OFFICIAL));
    }
    if (Patients.find(survivor, merge.retired()).isEmpty()) {
      survivor.addIdentifier(PatientResource.identifier(merge.retired()));
    }
    Patients.find(survivor, merge.retired()).orElseThrow().setUse(IdentifierUse.OLD);
  }

  private void retire(Patient other, Patient survivor) {
    String address = Transaction.address(other);
    change(other);
    other.setActive(false);
    if (Patients.replacedBy(other).isEmpty()) {
      other.addLink().setType(LinkType.REPLACEDBY).setOther(reference(survivor));
      survivor.addLink().setType(LinkType.REPLACES).setOther(reference(other));
    }
    store.referringTo(address).stream()
        .filter(resource -> !(resource instanceof Patient))
        .filter(resource -> !RECORDS_OF_EVENTS.contains(resource.fhirType()))
        .map(this::change)
        .forEach(resource -> redirect(resource, address, survivor));
  }

  private static void redirect(Resource resource, String from, Patient to) {
    FhirContext.forR4Cached()
        .newTerser()
        .getAllPopulatedChildElementsOfType(resource, Reference.class)
        .stream()
        .filter(reference -> reference.hasReference() && from.equals(address(reference)))
        .forEach(reference -> reference.setReference(Transaction.address(to)).setDisplay(null));
  }

  private static String address(Reference reference) {
    return new IdType(reference.getReference()).toUnqualifiedVersionless().getValue();
  }

  private static Reference reference(Patient patient) {
    return new Reference(Transaction.address(patient)).setType("Patient");
  }

  /** The resource as it becomes: one that refers to both Patients changes once. */
  private Resource change(Resource resource) {
    return changes.computeIfAbsent(Transaction.address(resource), address -> resource);
  }

  private void write() {
    if (changes.isEmpty()) {
      return;
    }
    Transaction transaction = new Transaction();
    List<Reference> targets = changes.values().stream().map(transaction::replace).toList();
    transaction.create(
        ProvenanceResource.of(
            "UPDATE",
            "Merge of two Patients",
            new Coding(Codes.HL7 + "v3-ActReason", "PATADMIN", "patient administration"),
            merge.reason(),
            merge.who(),
            merge.at(),
            targets));
    store.transaction(transaction.bundle());
  }

  private FhirRecordException refusal(String why) {
    return new FhirRecordException(
        "the merge was refused by %s: %s".formatted(store.name(), why), false);
  }

  private static boolean same(Patient one, Patient other) {
    return Transaction.address(one).equals(Transaction.address(other));
  }
}
