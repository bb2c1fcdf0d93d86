package io.spinexr.access;

import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.retention.RetentionProperties;
import io.spinexr.text.PortableText;
import java.time.Duration;
import java.util.Optional;

/** Who may make a request: by the table of {@link Permission}s, and what is open to the person. */
public final class AccessRules {
  /** How long after its issue a card's link opens its page, and how long the page stays open. */
  public static final Duration CARD = RetentionProperties.LINK;

  /** How long a study stays open that was opened in an emergency. */
  public static final Duration EMERGENCY = Duration.ofHours(1);

  private static final int SHORTEST_REASON = 10;
  private static final int LONGEST_REASON = 500;

  private final Grants grants;
  private final AccessEvents events;

  public AccessRules(Grants grants, AccessEvents events) {
    this.grants = grants;
    this.events = events;
  }

  /**
   * @param person who asks; empty if nobody has signed in
   * @param path decoded, without the server's address and without query
   * @param card uuid of the card whose link was followed
   */
  public Decision decide(
      Optional<Person> person, String method, String path, Optional<String> card) {
    Decision decision =
        Permission.of(method, path)
            .map(permission -> decide(person, permission, path, card))
            .orElse(person.isPresent() ? new Decision.Unknown() : new Decision.SignInNeeded());
    if (person.isPresent() || !decision.allowed()) {
      events.happened(
          new AccessEvent(
              Kind.REQUEST,
              person,
              method + " " + path,
              decision.allowed() ? "" : decision.getClass().getSimpleName(),
              decision.allowed()));
    }
    return decision;
  }

  private Decision decide(
      Optional<Person> somebody, Permission permission, String path, Optional<String> card) {
    if (permission.isAnybodys()) {
      return new Decision.Allowed();
    }
    if (somebody.isEmpty()) {
      return new Decision.SignInNeeded();
    }
    Person person = somebody.get();
    if (person.roles().stream().anyMatch(permission::isGivenTo)) {
      return new Decision.Allowed();
    }
    if (person.roles().stream().noneMatch(permission::isGrantedTo)) {
      return new Decision.RoleNeeded(permission.roles());
    }
    return Page.at(path)
        .<Decision>map(
            page ->
                grants.holds(person, page)
                        || card.filter(uuid -> opens(uuid, person, page)).isPresent()
                    ? new Decision.Allowed()
                    : new Decision.GrantNeeded(page))
        .orElseGet(Decision.Unknown::new);
  }

  private boolean opens(String card, Person person, Page page) {
    if (!grants.isLinkedBy(card, page, CARD)) {
      return false;
    }
    events.happened(
        new AccessEvent(Kind.CARD, Optional.of(person), page.path(), "card " + card, true));
    grants.grant(person, page, CARD);
    return true;
  }

  /**
   * Opens what is known of a patient to a clinician whom the EHR has let into the patient's chart.
   *
   * @param patient reference on the EHR's FHIR server
   * @param duration as long as the sign-in that comes with the launch may last
   * @return the page that shows it
   */
  public Page launch(Person person, String patient, Duration duration) {
    Page page = Page.ofPatient(patient);
    events.happened(new AccessEvent(Kind.LAUNCH, Optional.of(person), page.path(), patient, true));
    grants.grant(person, page, duration);
    return page;
  }

  /**
   * Opens a study to a clinician who gives a reason.
   *
   * @param reason 10 to 500 characters
   * @throws IllegalArgumentException if there is no reason, or it is too long or cannot be kept
   */
  public void openInEmergency(Person person, Page page, String reason) {
    String given = reason.strip();
    if (given.length() < SHORTEST_REASON
        || given.length() > LONGEST_REASON
        || !PortableText.isPortable(given)) {
      throw new IllegalArgumentException(
          "the reason must have %d to %d characters, no control characters among them"
              .formatted(SHORTEST_REASON, LONGEST_REASON));
    }
    events.happened(new AccessEvent(Kind.EMERGENCY, Optional.of(person), page.path(), given, true));
    grants.grant(person, page, EMERGENCY, given);
  }
}
