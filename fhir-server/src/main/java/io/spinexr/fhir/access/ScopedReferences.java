package io.spinexr.fhir.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.FhirTerser;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * What is written must not refer to what its writer may not reach: that the store takes a
 * reference, or resolves one that is a search, tells what is there.
 */
@Interceptor
public final class ScopedReferences {
  private final StoredResources stored;

  public ScopedReferences(StoredResources stored) {
    this.stored = stored;
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    check(Interaction.CREATE, references(resource, request), resource, request);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after, RequestDetails request) {
    Set<String> added = references(after, request);
    if (before != null) {
      added.removeAll(references(before, request));
    }
    check(Interaction.UPDATE, added, after, request);
  }

  private static Set<String> references(IBaseResource resource, RequestDetails request) {
    FhirTerser terser = request.getFhirContext().newTerser();
    return terser.getAllPopulatedChildElementsOfType(resource, Reference.class).stream()
        .filter(Reference::hasReference)
        .map(Reference::getReference)
        .collect(Collectors.toSet());
  }

  private void check(
      Interaction interaction,
      Set<String> references,
      IBaseResource resource,
      RequestDetails request) {
    Reach.of(request, stored)
        .filter(
            reach ->
                !references.stream()
                    .allMatch(
                        reference -> permits(reach, interaction, (Resource) resource, reference)))
        .ifPresent(
            reach -> {
              throw Refusal.beyondScopes(
                  "%s refers to something that is not within the scopes of the access token"
                      .formatted(((Resource) resource).fhirType()));
            });
  }

  private boolean permits(
      Reach reach, Interaction interaction, Resource resource, String reference) {
    int mark = reference.indexOf('?');
    if (mark >= 0) {
      return reach.searchesAll(reference.substring(0, mark));
    }
    IdType id = new IdType(reference);
    return !id.hasResourceType()
        || !id.hasIdPart()
        || reach.refersTo(interaction, resource, id.getResourceType(), id.getIdPart());
  }
}
