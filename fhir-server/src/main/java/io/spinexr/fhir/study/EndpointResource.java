package io.spinexr.fhir.study;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.store.Transaction;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Endpoint;
import org.hl7.fhir.r4.model.Endpoint.EndpointStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * Where a study's images and findings can be had -> Endpoints, which all studies share: {@code
 * /studies/<StudyInstanceUID>} completes either address.
 */
final class EndpointResource {
  private static final Coding WADO_RS =
      new Coding(Codes.HL7 + "endpoint-connection-type", "dicom-wado-rs", "DICOM WADO-RS");
  private static final Coding PAGE =
      new Coding(Codes.CONNECTION_TYPE, Codes.FINDINGS_PAGE, "Page of findings");

  private EndpointResource() {}

  /** The archives that hold a study, and our page. */
  static List<Reference> add(
      Transaction transaction, List<URI> archives, URI pages, Reference operator) {
    return Stream.concat(
            archives.stream()
                .map(
                    url -> add(transaction, WADO_RS, "Images", "application/dicom", url, operator)),
            Stream.of(add(transaction, PAGE, "AI findings", "text/html", pages, operator)))
        .toList();
  }

  private static Reference add(
      Transaction transaction,
      Coding connection,
      String payload,
      String mimeType,
      URI base,
      Reference operator) {
    String address = base.toString().replaceAll("/+$", "");
    Endpoint endpoint =
        new Endpoint()
            .setStatus(EndpointStatus.ACTIVE)
            .setConnectionType(connection.copy())
            .setManagingOrganization(operator.copy())
            .setAddress(address);
    endpoint.addPayloadType().setText(payload);
    endpoint.addPayloadMimeType(mimeType);
    endpoint.addIdentifier().setSystem(Codes.ENDPOINT_IDENTIFIER).setValue(address);
    endpoint.setText(Narratives.of(payload + ": " + address + "/studies/<StudyInstanceUID>"));
    return transaction
        .createIfAbsent(endpoint, Codes.ENDPOINT_IDENTIFIER, address)
        .setIdentifier(endpoint.getIdentifierFirstRep().copy());
  }
}
