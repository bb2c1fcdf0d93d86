package io.spinexr.fhir.result;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import io.spinexr.fhir.store.FhirStore;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;

/**
 * Pictures on their way to a server that is not ours, ahead of the report and in a transaction of
 * their own: a server that takes no pictures, or none of this size, still gets the result.
 */
public final class PicturesAhead {
  /** Also 403: the right to write reports does not always come with the right to write Binaries. */
  private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 405, 413, 415, 422, 501);

  private PicturesAhead() {}

  /**
   * Sends the pictures of a bundle and takes them out of it. If the server refuses them for good,
   * the bundle's report does not link them any more.
   *
   * @return whether the server has them
   */
  public static boolean send(Bundle bundle, FhirStore store) {
    List<BundleEntryComponent> pictures =
        bundle.getEntry().stream().filter(entry -> entry.getResource() instanceof Binary).toList();
    if (pictures.isEmpty()) {
      return true;
    }
    bundle.getEntry().removeAll(pictures);
    // The report that they would refer to may not be there yet; its identifier names it.
    pictures.stream()
        .map(entry -> ((Binary) entry.getResource()).getSecurityContext())
        .filter(report -> report.getReference().startsWith("urn:"))
        .forEach(report -> report.setReference(null));
    try {
      store.transaction(new Bundle().setType(bundle.getType()).setEntry(pictures));
      return true;
    } catch (BaseServerResponseException e) {
      if (!REFUSALS.contains(e.getStatusCode())) {
        throw e;
      }
      bundle.getEntry().stream()
          .map(BundleEntryComponent::getResource)
          .filter(DiagnosticReport.class::isInstance)
          .map(DiagnosticReport.class::cast)
          .forEach(report -> report.getPresentedForm().removeIf(PictureResource::links));
      return false;
    }
  }
}
