package io.spinexr.access;

import static io.spinexr.access.Role.ADMINISTRATOR;
import static io.spinexr.access.Role.AUDITOR;
import static io.spinexr.access.Role.CLINICIAN;
import static io.spinexr.access.Role.INTEGRATOR;
import static io.spinexr.access.Role.RADIOLOGIST;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be done to what, by whom, and by which requests: the one table that requests are checked
 * by, that pages show their parts by, and that docs/permissions.md is made from. What is not in it,
 * nobody may do.
 */
public enum Permission {
  STYLE("style sheet", "read", Whose.ANYBODY, "GET /style.css"),
  HEALTH(
      "health",
      "read whether it is up",
      Whose.ANYBODY,
      "GET /actuator/health",
      "GET /actuator/health/liveness",
      "GET /actuator/health/readiness"),
  LAUNCH("launch by the EHR, which leads to sign-in there", "begin", Whose.ANYBODY, "GET /launch"),
  STATUS(
      "status, failures and metrics, without patients' data",
      "read",
      Whose.of(INTEGRATOR, ADMINISTRATOR),
      "GET /actuator/health/{part}",
      "GET /actuator/prometheus"),
  START_PAGE("start page", "open", Whose.of(Role.values()), "GET /"),
  WORKLIST("worklist, on the start page", "read", Whose.of(RADIOLOGIST)),
  STUDY(
      "study and its pictures",
      "read",
      Whose.of(RADIOLOGIST).andIfGranted(CLINICIAN),
      "GET /studies/{study}",
      "GET /studies/{study}/images/{image}"),
  ORDER(
      "order and its studies",
      "read",
      Whose.of(RADIOLOGIST).andIfGranted(CLINICIAN),
      "GET /orders/{order}"),
  PATIENT(
      "orders and studies of a patient",
      "read",
      Whose.of(RADIOLOGIST).andIfGranted(CLINICIAN),
      "GET /patients/{patient}"),
  EMERGENCY(
      "study",
      "open in an emergency, if switched on",
      Whose.of(CLINICIAN),
      "POST /studies/{study}/emergency"),
  WITHDRAWAL("result", "withdraw", Whose.of(RADIOLOGIST), "POST /studies/{study}/withdraw"),
  IDENTITY(
      "disputed study",
      "decide whose it is",
      Whose.of(RADIOLOGIST),
      "POST /studies/{study}/identity"),
  AUDIT("who did what", "read", Whose.of(AUDITOR), "GET /audit/events", "GET /audit/export"),
  TRACE(
      "trace of a study's results: orders, images, settings, cards and answers",
      "read",
      Whose.of(ADMINISTRATOR),
      "GET /admin/studies/{study}/trace"),
  FAILURES(
      "analyses that were given up and results that were refused, without patients' data",
      "list, do again",
      Whose.of(INTEGRATOR, ADMINISTRATOR),
      "GET /admin/failures",
      "POST /admin/failures/retry"),
  ADMINISTRATION(
      "results, model sets and patients",
      "administer",
      Whose.of(ADMINISTRATOR),
      "GET /admin/**",
      "POST /admin/**");

  private final String resource;
  private final String action;
  private final Whose whose;
  private final List<Asked> requests;

  Permission(String resource, String action, Whose whose, String... requests) {
    this.resource = resource;
    this.action = action;
    this.whose = whose;
    this.requests = Arrays.stream(requests).map(Asked::of).toList();
  }

  /**
   * Who has a permission.
   *
   * @param anybody whether it needs no sign-in
   * @param granted roles that have it for pages that were opened to the person
   */
  private record Whose(boolean anybody, Set<Role> roles, Set<Role> granted) {
    static final Whose ANYBODY = new Whose(true, Set.of(), Set.of());

    static Whose of(Role... roles) {
      return new Whose(false, EnumSet.copyOf(List.of(roles)), Set.of());
    }

    Whose andIfGranted(Role... roles) {
      return new Whose(anybody, this.roles, EnumSet.copyOf(List.of(roles)));
    }
  }

  /**
   * A kind of request.
   *
   * @param text for people, e.g. {@code GET /studies/{study}}
   */
  private record Asked(String text, String method, Pattern path) {
    static Asked of(String text) {
      String[] parts = text.split(" ");
      String path = parts[1].replace(".", "\\.").replaceAll("\\{\\w+}", "[^/]+");
      return new Asked(text, parts[0], Pattern.compile(path.replace("**", ".+")));
    }

    boolean matches(String method, String path) {
      return this.method.equals(method.equals("HEAD") ? "GET" : method)
          && this.path.matcher(path).matches();
    }
  }

  /**
   * What a request needs; empty for one that the server does not know.
   *
   * @param path decoded, without the server's address and without query
   */
  public static Optional<Permission> of(String method, String path) {
    return Arrays.stream(values())
        .filter(
            permission -> permission.requests.stream().anyMatch(one -> one.matches(method, path)))
        .findFirst();
  }

  /** What it is about. */
  public String resource() {
    return resource;
  }

  public String action() {
    return action;
  }

  /** By which requests, for people. */
  public List<String> requests() {
    return requests.stream().map(Asked::text).toList();
  }

  /** Whether it needs no sign-in. */
  public boolean isAnybodys() {
    return whose.anybody();
  }

  public boolean isGivenTo(Role role) {
    return whose.anybody() || whose.roles().contains(role);
  }

  /** Whether the role has it for pages that were opened to the person, and for no others. */
  public boolean isGrantedTo(Role role) {
    return whose.granted().contains(role);
  }

  /** One of which is needed. */
  public Set<Role> roles() {
    EnumSet<Role> all = EnumSet.noneOf(Role.class);
    all.addAll(whose.roles());
    all.addAll(whose.granted());
    return Collections.unmodifiableSet(all);
  }
}
