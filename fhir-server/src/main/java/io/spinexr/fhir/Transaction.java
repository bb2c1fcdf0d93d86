package io.spinexr.fhir;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * A transaction bundle in the making. Every entry is conditional on a business identifier, so that
 * the same bundle twice leaves one of each.
 */
final class Transaction {
  private final Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);

  /** Creates the resource unless there is one with this identifier. */
  Reference createIfAbsent(Resource resource, String system, String value) {
    String condition = condition(resource, "identifier", system, value);
    BundleEntryComponent entry = entry(resource, condition);
    entry
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType())
        .setIfNoneExist(condition);
    return new Reference(entry.getFullUrl()).setType(resource.fhirType());
  }

  /** Creates the resource, or replaces the one with this identifier. */
  Reference put(Resource resource, String system, String value) {
    return put(resource, condition(resource, "identifier", system, value));
  }

  /** Creates the resource, or replaces the one with this tag. */
  Reference putTagged(Resource resource, String system, String code) {
    return put(resource, condition(resource, "_tag", system, code));
  }

  Bundle bundle() {
    return bundle;
  }

  private Reference put(Resource resource, String condition) {
    BundleEntryComponent entry = entry(resource, condition);
    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(condition);
    return new Reference(entry.getFullUrl()).setType(resource.fhirType());
  }

  private BundleEntryComponent entry(Resource resource, String condition) {
    UUID id = UUID.nameUUIDFromBytes(condition.getBytes(StandardCharsets.UTF_8));
    return bundle.addEntry().setFullUrl("urn:uuid:" + id).setResource(resource);
  }

  private static String condition(
      Resource resource, String parameter, String system, String value) {
    return resource.fhirType() + "?" + parameter + "=" + token(system, value);
  }

  /** A token search value with what has a meaning in FHIR searches and in URLs escaped. */
  static String token(String system, String value) {
    return URLEncoder.encode(escape(system) + "|" + escape(value), StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return text.replaceAll("[\\\\|,$]", "\\\\$0");
  }
}
