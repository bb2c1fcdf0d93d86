package io.spinexr.fhir.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.matcher.InMemoryMatchResult;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import io.spinexr.fhir.store.Patients;
import io.spinexr.study.PatientIdentifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** What the store has, whoever asks. */
public final class StoredResources {
  private final DaoRegistry daos;
  private final SearchParamMatcher matcher;

  public StoredResources(DaoRegistry daos, SearchParamMatcher matcher) {
    this.daos = daos;
    this.matcher = matcher;
  }

  /** A resource as it is now; empty if there is none. */
  Optional<Resource> current(String type, String id) {
    if (!daos.isResourceTypeSupported(type)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          (Resource)
              daos.getResourceDao(type).read(new IdType(type, id), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a resource meets a search.
   *
   * @param search {@code Observation?category=imaging}; one that cannot be told is met by nothing
   */
  boolean meets(Resource resource, String search) {
    InMemoryMatchResult result = matcher.match(search, resource, new SystemRequestDetails());
    return result.supported() && result.matched();
  }

  /** Ids of the Patients that go by an identifier now. */
  Set<String> patients(PatientIdentifier identifier) {
    return daos
        .getResourceDao("Patient")
        .search(
            SearchParameterMap.newSynchronous(
                "identifier", new TokenParam(identifier.system(), identifier.value())),
            new SystemRequestDetails())
        .getAllResources()
        .stream()
        .map(Patient.class::cast)
        .filter(patient -> Patients.goesBy(patient, identifier))
        .map(patient -> patient.getIdElement().getIdPart())
        .collect(Collectors.toSet());
  }
}
