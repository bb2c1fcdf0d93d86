package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.List;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;

/** Who is told of changes: rest-hook Subscriptions, kept in process because clients may not. */
public final class Subscribers {

  private final DaoRegistry daos;

  Subscribers(DaoRegistry daos) {
    this.daos = daos;
  }

  /**
   * Has an endpoint told of every resource that a search finds, as JSON.
   *
   * @param criteria e.g. {@code Task?status=requested}
   * @param endpoint below one of {@code spinexr.fhir.subscription-endpoints}
   * @param headers sent with each notification, such as {@code Authorization: Bearer ...}
   * @return the Subscription's id; it is active a moment later
   * @throws IllegalArgumentException if criteria or endpoint are not taken
   */
  public String add(String criteria, String endpoint, List<String> headers, String reason) {
    Subscription subscription =
        new Subscription()
            .setStatus(SubscriptionStatus.REQUESTED)
            .setReason(reason)
            .setCriteria(criteria);
    subscription
        .getChannel()
        .setType(SubscriptionChannelType.RESTHOOK)
        .setEndpoint(endpoint)
        .setPayload("application/fhir+json");
    headers.forEach(subscription.getChannel()::addHeader);
    try {
      return subscriptions().create(subscription, new SystemRequestDetails()).getId().getIdPart();
    } catch (BaseServerResponseException e) {
      if (e.getStatusCode() >= 500) {
        throw e;
      }
      throw new IllegalArgumentException(
          "criteria must be a search such as Task?status=requested, and endpoint an address that"
              + " spinexr.fhir.subscription-endpoints lists");
    }
  }

  /**
   * @return whether there was one of this id
   */
  public boolean remove(String id) {
    IdType address = new IdType("Subscription", id);
    try {
      // To delete one again is no error for HAPI.
      subscriptions().read(address, new SystemRequestDetails());
      subscriptions().delete(address, new SystemRequestDetails());
      return true;
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return false;
    }
  }

  private IFhirResourceDao<Subscription> subscriptions() {
    return daos.getResourceDao(Subscription.class);
  }
}
