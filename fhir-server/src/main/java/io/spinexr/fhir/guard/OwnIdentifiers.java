package io.spinexr.fhir.guard;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.spinexr.fhir.code.Codes;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/**
 * Only what we wrote counts as ours: whoever else could give a resource our identifier could speak
 * for the AI, or withdraw what it said.
 */
public record OwnIdentifiers() implements WriteRule {
  @Override
  public void check(Optional<Resource> before, Resource after) {
    if (!before.map(OwnIdentifiers::identifiers).orElse(Set.of()).equals(identifiers(after))) {
      throw new UnprocessableEntityException(
          "%s.identifier: identifiers of a system under %s/identifier/ are given and taken by SpineXR only"
              .formatted(after.fhirType(), Codes.BASE));
    }
    // Tags that an update leaves out stay.
    if (!before.map(OwnIdentifiers::tags).orElse(Set.of()).containsAll(tags(after))) {
      throw new UnprocessableEntityException(
          "%s.meta.tag: tags of a system under %s/ are given by SpineXR only"
              .formatted(after.fhirType(), Codes.BASE));
    }
  }

  private static Set<String> identifiers(Resource resource) {
    Property identifier = resource.getNamedProperty("identifier");
    return identifier == null
        ? Set.of()
        : identifier.getValues().stream()
            .filter(Identifier.class::isInstance)
            .map(Identifier.class::cast)
            .filter(value -> ours(value.getSystem(), "/identifier/"))
            .map(value -> value.getSystem() + "|" + value.getValue())
            .collect(Collectors.toSet());
  }

  private static Set<String> tags(Resource resource) {
    return Stream.of(resource.getMeta())
        .flatMap(meta -> meta.getTag().stream())
        .filter(tag -> ours(tag.getSystem(), "/"))
        .map(tag -> tag.getSystem() + "|" + tag.getCode())
        .collect(Collectors.toSet());
  }

  private static boolean ours(String system, String folder) {
    return system != null && system.startsWith(Codes.BASE + folder);
  }
}
