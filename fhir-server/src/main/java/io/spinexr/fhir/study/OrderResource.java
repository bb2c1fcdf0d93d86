package io.spinexr.fhir.study;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.OwnMark;
import io.spinexr.fhir.code.RegionCodes;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.study.OrderReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestPriority;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/**
 * Orders as we understood them -> ServiceRequests, so that searches can chain through them on our
 * own server. Another server keeps its own orders: there only the identifiers in the references
 * remain.
 */
public final class OrderResource {
  private final Transaction transaction;
  private final Reference patient;
  private final Optional<String> accessionSystem;

  public OrderResource(
      Transaction transaction, Reference patient, Optional<String> accessionSystem) {
    this.transaction = transaction;
    this.patient = patient;
    this.accessionSystem = accessionSystem;
  }

  /**
   * References to the orders, each by the order's own identifier and, as far as it is known, by the
   * accession number.
   *
   * @param accession of the study, which orders that state none take over
   */
  public List<Reference> add(List<OrderReference> orders, Optional<String> accession) {
    List<Reference> references = new ArrayList<>();
    for (OrderReference order : orders) {
      Optional<Identifier> number =
          order.accession().or(() -> accession).map(this::accessionIdentifier);
      ServiceRequest resource = of(order);
      number.ifPresent(identifier -> resource.addIdentifier(identifier.copy()));
      Reference copy = transaction.put(resource, Codes.ORDER_IDENTIFIER, order.key());
      references.add(copy.copy().setIdentifier(OwnMark.on(identifier(order))));
      number.ifPresent(
          identifier -> references.add(copy.copy().setIdentifier(OwnMark.on(identifier))));
    }
    return List.copyOf(references);
  }

  private ServiceRequest of(OrderReference order) {
    ServiceRequest resource =
        new ServiceRequest()
            .setStatus(ServiceRequestStatus.ACTIVE)
            .setIntent(ServiceRequestIntent.ORDER)
            .setPriority(ServiceRequestPriority.valueOf(order.priority().name()))
            .setSubject(patient.copy())
            .setCode(RegionCodes.examination(order.region()).setText(order.description()));
    resource.addIdentifier().setSystem(Codes.ORDER_IDENTIFIER).setValue(order.key());
    resource.addIdentifier(identifier(order));
    resource.setText(Narratives.of("Copy of an order: " + order.description()));
    return resource;
  }

  private static Identifier identifier(OrderReference order) {
    return new Identifier().setSystem(system(order)).setValue(order.id());
  }

  /**
   * The namespace of the order's identifier: {@code <base URL>/ServiceRequest}, or one of ours made
   * from the client's name.
   */
  public static String system(OrderReference order) {
    String source = order.source();
    return source.startsWith("http://") || source.startsWith("https://")
        ? source.replaceAll("/+$", "") + "/ServiceRequest"
        : Codes.BASE + "/orders/" + URLEncoder.encode(source, StandardCharsets.UTF_8);
  }

  private Identifier accessionIdentifier(String number) {
    return accession(number, accessionSystem);
  }

  /** An accession number, of HL7's identifier type ACSN. */
  public static Identifier accession(String number, Optional<String> system) {
    Identifier identifier = new Identifier().setValue(number);
    system.ifPresent(identifier::setSystem);
    return identifier.setType(
        Codes.concept(Codes.IDENTIFIER_TYPE, Codes.ACCESSION, "Accession ID"));
  }
}
