package io.spinexr.fhir.access;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * What is about one patient. Narrower than R4's patient compartment, which also holds what a
 * patient has merely taken part in, such as groups with their other members; wider by Tasks.
 *
 * @param patients ids of the patient's Patients
 */
record Compartment(Set<String> patients) {
  private static final String PATIENT = "Patient";

  /** With a modifier, as no condition of a scope has: so neither takes the other's place. */
  private static final String SUBJECT = "subject:Patient";

  /** Types that are about a patient, and the search parameter that tells which. */
  private static final Map<String, String> PARAMETERS =
      Map.of(
          PATIENT,
          "_id",
          "DiagnosticReport",
          SUBJECT,
          "DocumentReference",
          SUBJECT,
          "ImagingStudy",
          SUBJECT,
          "Observation",
          SUBJECT,
          "ServiceRequest",
          SUBJECT,
          "Task",
          SUBJECT);

  /** Types that are about nobody; a Device only if it is no patient's. */
  private static final Set<String> COMMON =
      Set.of(
          "CodeSystem",
          "Device",
          "Endpoint",
          "Location",
          "OperationDefinition",
          "Organization",
          "Practitioner",
          "StructureDefinition",
          "ValueSet");

  private static final Set<Interaction> READS = EnumSet.of(Interaction.READ, Interaction.SEARCH);

  /**
   * Whether something may be done to a type in the context of one patient. A Patient is only read:
   * whoever could give it another's identifier would get that patient's results.
   */
  static boolean admits(Interaction interaction, String type) {
    return READS.contains(interaction)
        ? PARAMETERS.containsKey(type) || COMMON.contains(type)
        : PARAMETERS.containsKey(type) && !type.equals(PATIENT);
  }

  /** The search parameters that leave of a type's resources what is held. */
  Map<String, String> filter(String type) {
    if (type.equals("Device")) {
      return Map.of("patient:missing", "true");
    }
    return Optional.ofNullable(PARAMETERS.get(type))
        .map(parameter -> Map.of(parameter, String.join(",", new TreeSet<>(patients))))
        .orElse(Map.of());
  }

  boolean holds(Resource resource) {
    if (resource instanceof Patient patient) {
      return patients.contains(patient.getIdElement().getIdPart());
    }
    if (resource instanceof Device device) {
      return !device.hasPatient();
    }
    String type = resource.fhirType();
    return COMMON.contains(type)
        || PARAMETERS.containsKey(type) && subject(resource).filter(this::isPatient).isPresent();
  }

  private boolean isPatient(Reference subject) {
    IdType id = new IdType(subject.getReference());
    return !id.hasBaseUrl()
        && PATIENT.equals(id.getResourceType())
        && patients.contains(id.getIdPart());
  }

  private static Optional<Reference> subject(Resource resource) {
    Property subject =
        resource.getNamedProperty(resource.fhirType().equals("Task") ? "for" : "subject");
    List<Base> values = subject == null ? List.of() : subject.getValues();
    return values.stream().filter(Reference.class::isInstance).map(Reference.class::cast).findAny();
  }
}
