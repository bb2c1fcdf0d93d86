package io.spinexr.fhir.store;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import io.spinexr.fhir.FhirRecordException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;

/**
 * A store that tells two refusals apart which share a status: a resource that was changed in
 * between, to be tried again, and a condition that several resources meet, which stays so until
 * people put it right.
 */
public record CheckedStore(FhirStore store) implements FhirStore {
  public static final int PRECONDITION_FAILED = 412;

  public Optional<OwnStore> own() {
    return store instanceof OwnStore own ? Optional.of(own) : Optional.empty();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public List<Resource> search(String url) {
    return store.search(url);
  }

  /**
   * @throws FhirRecordException if a condition in it is met by several resources
   */
  @Override
  public Bundle transaction(Bundle transaction) {
    // The server fills in what it is given.
    List<String> conditions = conditions(transaction);
    try {
      return store.transaction(transaction);
    } catch (BaseServerResponseException e) {
      if (e.getStatusCode() == PRECONDITION_FAILED) {
        conditions.forEach(this::requireOneMatch);
      }
      throw e;
    }
  }

  private static List<String> conditions(Bundle transaction) {
    return transaction.getEntry().stream()
        .map(BundleEntryComponent::getRequest)
        .flatMap(request -> Stream.of(request.getUrl(), request.getIfNoneExist()))
        .filter(condition -> condition != null && condition.contains("?"))
        .toList();
  }

  private void requireOneMatch(String condition) {
    requireOne(condition.substring(0, condition.indexOf('?')), store.search(condition));
  }

  /**
   * @param found by an identifier or a tag that names one
   * @throws FhirRecordException if several are of the type
   */
  public void requireOne(String type, List<Resource> found) {
    long matches = found.stream().filter(resource -> resource.fhirType().equals(type)).count();
    if (matches > 1) {
      throw new FhirRecordException(
          ("%s has %d resources of type %s where there can be one by their identifier or tag;"
                  + " they must be merged or corrected there")
              .formatted(name(), matches, type),
          false);
    }
  }
}
