package io.spinexr.fhir.store;

import io.spinexr.fhir.FhirRecordException;
import io.spinexr.study.PatientIdentifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Patient.PatientLinkComponent;

/** A server's Patients by their identifiers. */
public record Patients(FhirStore store) {
  /** All with the identifier, merged ones too. */
  public List<Patient> matches(PatientIdentifier identifier) {
    return patients(Transaction.byIdentifier("Patient", identifier.system(), identifier.value()));
  }

  /**
   * The one Patient that any of the identifiers means. A Patient that was merged stands for the one
   * it was merged into; one that is merely inactive stands back behind one in use.
   *
   * @throws FhirRecordException if they mean several Patients, or one that cannot be found
   */
  public Optional<Patient> survivor(List<PatientIdentifier> identifiers) {
    Map<String, Patient> survivors = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    Deque<Patient> open = new ArrayDeque<>();
    identifiers.forEach(identifier -> open.addAll(matches(identifier)));
    while (!open.isEmpty()) {
      Patient patient = open.pop();
      if (!seen.add(Transaction.address(patient))) {
        continue;
      }
      List<String> successors = replacedBy(patient);
      if (successors.isEmpty()) {
        survivors.put(Transaction.address(patient), patient);
      }
      successors.stream().filter(next -> !seen.contains(next)).map(this::read).forEach(open::push);
    }
    if (survivors.values().stream().anyMatch(Patients::inUse)) {
      survivors.values().removeIf(patient -> !inUse(patient));
    }
    if (survivors.size() > 1) {
      throw unusable("several Patients have this patient's identifier");
    }
    if (survivors.isEmpty() && !seen.isEmpty()) {
      throw unusable("the Patients with this patient's identifier replace one another in a circle");
    }
    return survivors.values().stream().findFirst();
  }

  private Patient read(String address) {
    return patients("Patient?_id=" + new IdType(address).getIdPart()).stream()
        .findFirst()
        .orElseThrow(() -> unusable("a Patient was replaced by one that does not exist"));
  }

  private FhirRecordException unusable(String why) {
    return new FhirRecordException(
        "on %s, %s; they must be merged or corrected there".formatted(store.name(), why), false);
  }

  private List<Patient> patients(String url) {
    return store.search(url).stream()
        .filter(Patient.class::isInstance)
        .map(Patient.class::cast)
        .toList();
  }

  public static List<String> replacedBy(Patient patient) {
    return patient.getLink().stream()
        .filter(link -> link.getType() == LinkType.REPLACEDBY)
        .map(PatientLinkComponent::getOther)
        .map(other -> new IdType(other.getReference()))
        .filter(id -> "Patient".equals(id.getResourceType()))
        .map(id -> id.toUnqualifiedVersionless().getValue())
        .toList();
  }

  private static boolean inUse(Patient patient) {
    return !patient.hasActive() || patient.getActive();
  }

  /** Whether the Patient has the identifier, as one in use. */
  public static boolean goesBy(Patient patient, PatientIdentifier identifier) {
    return find(patient, identifier).filter(i -> i.getUse() != IdentifierUse.OLD).isPresent();
  }

  public static Optional<Identifier> find(Patient patient, PatientIdentifier identifier) {
    return patient.getIdentifier().stream()
        .filter(i -> identifier.system().equals(i.getSystem()))
        .filter(i -> identifier.value().equals(i.getValue()))
        .findFirst();
  }
}
