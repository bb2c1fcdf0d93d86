package io.spinexr.fhir.store;

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
 * A transaction bundle in the making. Its entries are conditional: new ones on a business
 * identifier, so that the same bundle twice leaves one of each; changed ones on the version that
 * was read, so that nobody's work is lost in between.
 */
public final class Transaction {
  private final Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);

  /** Creates the resource unless there is one with this identifier. */
  public Reference createIfAbsent(Resource resource, String system, String value) {
    String condition = byIdentifier(resource.fhirType(), system, value);
    BundleEntryComponent entry = entry(resource, condition);
    entry
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType())
        .setIfNoneExist(condition);
    return reference(entry);
  }

  /** Creates the resource; for what says that something in the same transaction happened. */
  public void create(Resource resource) {
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType());
  }

  /** Creates the resource, or replaces the one with this identifier. */
  public Reference put(Resource resource, String system, String value) {
    return put(resource, byIdentifier(resource.fhirType(), system, value));
  }

  /** Creates the resource, or replaces the one with this tag. */
  public Reference putTagged(Resource resource, String system, String code) {
    return put(resource, resource.fhirType() + "?_tag=" + token(system, code));
  }

  /** Creates the resource under the id that it has, or replaces the one with this id. */
  public Reference put(Resource resource) {
    return put(resource, address(resource));
  }

  /** Replaces a resource that was read from the server by what has become of it. */
  public Reference replace(Resource changed) {
    replace(bundle.addEntry().setResource(changed), changed);
    return new Reference(address(changed)).setType(changed.fhirType());
  }

  /** Makes an entry replace a resource, unless somebody changed that in between. */
  public static void replace(BundleEntryComponent entry, Resource current) {
    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(address(current));
    if (current.getIdElement().hasVersionIdPart()) {
      entry.getRequest().setIfMatch("W/\"" + current.getIdElement().getVersionIdPart() + "\"");
    }
    entry.getResource().setId(current.getIdElement().toUnqualifiedVersionless());
  }

  public Bundle bundle() {
    return bundle;
  }

  private Reference put(Resource resource, String condition) {
    BundleEntryComponent entry = entry(resource, condition);
    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(condition);
    return reference(entry);
  }

  private BundleEntryComponent entry(Resource resource, String condition) {
    UUID id = UUID.nameUUIDFromBytes(condition.getBytes(StandardCharsets.UTF_8));
    return bundle.addEntry().setFullUrl("urn:uuid:" + id).setResource(resource);
  }

  private static Reference reference(BundleEntryComponent entry) {
    return new Reference(entry.getFullUrl()).setType(entry.getResource().fhirType());
  }

  /** The relative address, without version: {@code Task/17}. */
  public static String address(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  /** The search for a type's resources with a business identifier. */
  public static String byIdentifier(String type, String system, String value) {
    return type + "?identifier=" + token(system, value);
  }

  /** A token search value with what has a meaning in FHIR searches and in URLs escaped. */
  public static String token(String system, String value) {
    return URLEncoder.encode(escape(system) + "|" + escape(value), StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return text.replaceAll("[\\\\|,$]", "\\\\$0");
  }
}
