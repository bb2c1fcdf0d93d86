package io.spinexr.fhir.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/** How far a grant goes among the resources that there are. */
record Reach(Grant grant, StoredResources stored) {
  /** Empty for a request that needs no token. */
  static Optional<Reach> of(RequestDetails request, StoredResources stored) {
    return Grant.of(request).map(grant -> new Reach(grant, stored));
  }

  /** Whether something may be done to a resource as it is given. */
  boolean permits(Interaction interaction, Resource resource) {
    if (resource instanceof Bundle bundle) {
      return bundle.getEntry().stream()
          .filter(BundleEntryComponent::hasResource)
          .allMatch(entry -> permits(interaction, entry.getResource()));
    }
    if (resource instanceof OperationOutcome) {
      return true;
    }
    return grant
            .covering(interaction, resource.fhirType())
            .anyMatch(scope -> holds(scope, resource))
        || interaction == Interaction.READ
            && resource instanceof Binary picture
            && isOfReadable(picture);
  }

  /** Whether something may be done to a resource as it is stored. */
  boolean permits(Interaction interaction, String type, String id) {
    return stored.current(type, id).filter(resource -> permits(interaction, resource)).isPresent();
  }

  private boolean holds(Scope scope, Resource resource) {
    return (scope.context() != Scope.Context.PATIENT || compartment().holds(resource))
        && (scope.query().isEmpty() || stored.meets(resource, scope.search()));
  }

  /**
   * Whether a resource that is written may refer to another: in the context of one patient to what
   * is about that patient, or about nobody.
   */
  boolean refersTo(Interaction interaction, Resource resource, String type, String id) {
    return grant
            .covering(interaction, resource.fhirType())
            .anyMatch(scope -> scope.context() != Scope.Context.PATIENT && holds(scope, resource))
        || stored.current(type, id).filter(compartment()::holds).isPresent();
  }

  /** Whoever may read what a Binary belongs to may see it (R4, Binary.securityContext). */
  private boolean isOfReadable(Binary binary) {
    IdType owner = new IdType(binary.getSecurityContext().getReference());
    return owner.hasResourceType()
        && owner.hasIdPart()
        && !owner.hasBaseUrl()
        && !owner.getResourceType().equals(binary.fhirType())
        && permits(Interaction.READ, owner.getResourceType(), owner.getIdPart());
  }

  /**
   * Whether every resource of a type may be searched; only then may a search of another type go
   * there, because what it finds tells what is there.
   */
  boolean searchesAll(String type) {
    return grant.mayAlways(Interaction.SEARCH, type)
        || grant
            .covering(Interaction.SEARCH, type)
            .anyMatch(scope -> filter(scope, type).isEmpty());
  }

  /** The search parameters that leave what a scope allows of a type. */
  Map<String, String> filter(Scope scope, String type) {
    Map<String, String> filter = new TreeMap<>(scope.query());
    if (scope.context() == Scope.Context.PATIENT) {
      filter.putAll(compartment().filter(type));
    }
    return filter;
  }

  private Compartment compartment() {
    return new Compartment(grant.patients());
  }

  /** Whether the grant stops short of some resources of a type. */
  boolean isLimited(Interaction interaction, String type) {
    return !grant.mayAlways(interaction, type);
  }
}
