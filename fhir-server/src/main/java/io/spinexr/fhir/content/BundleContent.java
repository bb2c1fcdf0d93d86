package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;

/**
 * What a transaction or a batch may ask for: as much as one study needs, and in each entry no more
 * than a request of its own could.
 *
 * @param mostEntries of all
 */
record BundleContent(int mostEntries) {
  /** Each may find a page of resources, and all are in one answer. */
  private static final int MOST_READS = 50;

  /**
   * @param addresses looks at an address with its query
   */
  void check(Bundle bundle, Consumer<String> addresses) {
    requireAtMost(mostEntries, bundle.getEntry().size(), "entries");
    requireAtMost(
        MOST_READS,
        bundle.getEntry().stream()
            .filter(entry -> entry.getRequest().getMethod() == HTTPVerb.GET)
            .count(),
        "entries that read");
    for (BundleEntryComponent entry : bundle.getEntry()) {
      check(entry.getRequest(), entry, addresses);
    }
  }

  private static void check(
      BundleEntryRequestComponent request, BundleEntryComponent entry, Consumer<String> addresses) {
    if (!request.hasMethod() || !request.hasUrl()) {
      throw new InvalidRequestException(
          "each entry must have a request with its method and url (FHIR R4, bdl-3)");
    }
    addresses.accept(request.getUrl());
    if (request.hasIfNoneExist()) {
      addresses.accept(condition(request.getIfNoneExist()));
    }
    if (request.getMethod() == HTTPVerb.PATCH) {
      PatchContent.check(entry.getResource());
    }
  }

  /** If-None-Exist may be a query alone. */
  static String condition(String ifNoneExist) {
    return ifNoneExist.contains("?") ? ifNoneExist : "?" + ifNoneExist;
  }

  private static void requireAtMost(int most, long count, String what) {
    if (count > most) {
      throw new PayloadTooLargeException(
          "a Bundle must not have more than %d %s; send several".formatted(most, what));
    }
  }
}
