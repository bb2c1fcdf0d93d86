package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import io.spinexr.text.PortableText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;

/**
 * Who is told of changes: rest-hook Subscriptions, kept in process because clients may not. The
 * contacts of each say who wanted it, and in its last version who ended it.
 */
public final class Subscribers {
  private static final int LONGEST_REASON = 200;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  /** RFC 9110, section 5: a name, and a value on the same line. */
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]+: ?[\\x20-\\x7E]+");

  /** 5 seconds in all. */
  private static final int LOOKS = 100;

  private static final Duration PAUSE = Duration.ofMillis(50);

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
   * @param reason for people, from 1 to 200 characters
   * @param by who wants it
   * @return the Subscription's id; it is active a moment later
   * @throws IllegalArgumentException if one of them is not taken
   */
  public String add(
      String criteria, String endpoint, List<String> headers, String reason, String by) {
    if (reason.isBlank() || reason.length() > LONGEST_REASON || !PortableText.isPortable(reason)) {
      throw new IllegalArgumentException(
          "reason must have from 1 to %d characters, and %s"
              .formatted(LONGEST_REASON, PortableText.RULE));
    }
    if (!headers.stream().allMatch(header -> header != null && HEADER.matcher(header).matches())) {
      throw new IllegalArgumentException(
          "headers must each be one line such as Authorization: Bearer ...");
    }
    Subscription subscription =
        new Subscription()
            .setStatus(SubscriptionStatus.REQUESTED)
            .setReason(reason)
            .setCriteria(criteria)
            .addContact(contact(by));
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
   * @param by who does not want it any more
   * @return whether there was one of this id
   */
  public boolean remove(String id, String by) {
    if (!ID.matcher(id).matches()) {
      return false;
    }
    IdType address = new IdType("Subscription", id);
    try {
      // To delete one again is no error for HAPI.
      Subscription known = settled(address);
      known.setStatus(SubscriptionStatus.OFF).addContact(contact(by)).setId(address);
      subscriptions().update(known, new SystemRequestDetails());
      subscriptions().delete(address, new SystemRequestDetails());
      return true;
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return false;
    }
  }

  /**
   * As it is once HAPI has made it active: that happens a moment after it was added, on a thread of
   * its own, and would bring back one that is gone by then.
   */
  private Subscription settled(IdType address) {
    Subscription known = subscriptions().read(address, new SystemRequestDetails());
    for (int looks = 0;
        known.getStatus() == SubscriptionStatus.REQUESTED && looks < LOOKS;
        looks++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      known = subscriptions().read(address, new SystemRequestDetails());
    }
    return known;
  }

  private static ContactPoint contact(String by) {
    return new ContactPoint().setSystem(ContactPointSystem.OTHER).setValue(by);
  }

  private IFhirResourceDao<Subscription> subscriptions() {
    return daos.getResourceDao(Subscription.class);
  }
}
