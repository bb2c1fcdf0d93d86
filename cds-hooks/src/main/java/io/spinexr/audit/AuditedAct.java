package io.spinexr.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that was done with patients' data, or refused.
 *
 * @param agent who asked; cut to 200 characters
 * @param patient a reference or an identifier, where it is known; cut to 200 characters
 * @param what the thing it was done to, e.g. the path of a page
 * @param query what was searched for; empty if nothing was
 * @param allowed whether it was allowed
 */
public record AuditedAct(
    Action action,
    String agent,
    Optional<String> patient,
    String what,
    String query,
    boolean allowed) {
  private static final int LONGEST = 200;
  private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  private static final String ROLE = "http://terminology.hl7.org/CodeSystem/object-role";

  /** What is done, by FHIR's code systems audit-event-action and restful-interaction. */
  public enum Action {
    CREATE("C", "create"),
    READ("R", "read"),
    UPDATE("U", "update"),
    DELETE("D", "delete"),
    SEARCH("E", "search"),
    EXECUTE("E", "operation");

    private final String code;
    private final String interaction;

    Action(String code, String interaction) {
      this.code = code;
      this.interaction = interaction;
    }

    public String code() {
      return code;
    }

    /** By HTTP's method. */
    public static Action of(String method) {
      return switch (method) {
        case "GET", "HEAD" -> READ;
        case "PUT", "PATCH" -> UPDATE;
        case "DELETE" -> DELETE;
        default -> EXECUTE;
      };
    }
  }

  public AuditedAct {
    Objects.requireNonNull(action, "action");
    agent = portable(agent, LONGEST);
    patient = patient.map(somebody -> portable(somebody, LONGEST));
    what = portable(what, Integer.MAX_VALUE);
    query = portable(query, Integer.MAX_VALUE);
  }

  /** Only of characters that every database takes: one bad text must not keep others out. */
  private static String portable(String text, int longest) {
    return text.codePoints()
        .limit(longest)
        .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /**
   * As a FHIR R4 AuditEvent, laid out as the basic patterns of IHE BALP 1.1 are: client, server and
   * patient each in their place, a query in Base64.
   *
   * @param address network address of who asked, where it is known
   */
  Map<String, Object> event(Instant recorded, Optional<String> address) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("resourceType", "AuditEvent");
    event.put("type", coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest"));
    event.put(
        "subtype", List.of(coding("http://hl7.org/fhir/restful-interaction", action.interaction)));
    event.put("action", action.code);
    event.put("recorded", recorded.toString());
    event.put("outcome", allowed ? "0" : "4");
    // Of a read the client is where the data goes; of all else it is where it comes from.
    boolean read = action == Action.READ;
    event.put(
        "agent",
        List.of(
            agent(read ? "110152" : "110153", agent, address, true),
            agent(read ? "110153" : "110152", "SpineXR", Optional.empty(), false)));
    event.put("source", Map.of("observer", Map.of("display", "SpineXR")));
    List<Map<String, Object>> entities = new ArrayList<>();
    patient.ifPresent(somebody -> entities.add(entity(Map.of("display", somebody), "1", "1", "")));
    entities.add(entity(Map.of("display", what), "2", query.isEmpty() ? "4" : "24", query));
    event.put("entity", entities);
    return event;
  }

  private static Map<String, Object> agent(
      String role, String who, Optional<String> address, boolean requestor) {
    Map<String, Object> agent = new LinkedHashMap<>();
    agent.put("type", Map.of("coding", List.of(coding(DICOM, role))));
    agent.put("who", Map.of("display", who));
    agent.put("requestor", requestor);
    address.ifPresent(from -> agent.put("network", Map.of("address", from, "type", "2")));
    return agent;
  }

  private static Map<String, Object> entity(
      Map<String, Object> what, String type, String role, String query) {
    Map<String, Object> entity = new LinkedHashMap<>();
    entity.put("what", what);
    entity.put("type", coding(ENTITY, type));
    entity.put("role", coding(ROLE, role));
    if (!query.isEmpty()) {
      entity.put(
          "query", Base64.getEncoder().encodeToString(query.getBytes(StandardCharsets.UTF_8)));
    }
    return entity;
  }

  private static Map<String, String> coding(String system, String code) {
    Map<String, String> coding = new LinkedHashMap<>();
    coding.put("system", system);
    coding.put("code", code);
    return coding;
  }

  /** Without whom it was about and what was asked. */
  @Override
  public String toString() {
    return "AuditedAct[" + action + "]";
  }
}
