package io.spinexr.fhir.access;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;

/**
 * One interaction that is asked for, alone or as the entry of a transaction or batch.
 *
 * @param type of the resources; empty if it has none
 * @param id of the resource; empty for a type's, and for one that a condition is to find
 * @param search parameters of a search, or of the condition that a write depends on
 */
record Asked(
    RestOperationTypeEnum interaction,
    String type,
    Optional<String> id,
    boolean conditional,
    Map<String, String[]> search) {
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]+");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  static Asked of(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    String type = Objects.toString(request.getResourceName(), "");
    Optional<String> id =
        Optional.ofNullable(request.getId())
            .map(IIdType::getIdPart)
            .filter(part -> !part.isEmpty());
    return switch (interaction) {
      case CREATE -> conditional(interaction, type, request.getConditionalUrl(interaction));
      case UPDATE, PATCH, DELETE ->
          id.isPresent()
              ? new Asked(interaction, type, id, false, Map.of())
              : new Asked(interaction, type, id, true, request.getParameters());
      default -> new Asked(interaction, type, id, false, request.getParameters());
    };
  }

  private static Asked conditional(
      RestOperationTypeEnum interaction, String type, String condition) {
    if (condition == null || condition.isBlank()) {
      return new Asked(interaction, type, Optional.empty(), false, Map.of());
    }
    int mark = condition.indexOf('?');
    String conditionType = mark < 0 ? "" : condition.substring(0, mark).replaceFirst("^/", "");
    if (!conditionType.isEmpty() && !conditionType.equals(type)) {
      throw Refusal.beyondScopes("A condition must be about the type that is written");
    }
    return new Asked(
        interaction,
        type,
        Optional.empty(),
        true,
        UrlUtil.parseQueryString(condition.substring(mark + 1)));
  }

  /** What an entry asks for; what cannot be understood is refused. */
  static Asked of(BundleEntryRequestComponent entry) {
    String url = Objects.toString(entry.getUrl(), "");
    int mark = url.indexOf('?');
    String path = (mark < 0 ? url : url.substring(0, mark)).replaceFirst("^/", "");
    Map<String, String[]> query =
        mark < 0 ? Map.of() : UrlUtil.parseQueryString(url.substring(mark + 1));
    List<String> parts = List.of(path.split("/", -1));
    boolean understood =
        entry.getMethod() != null
            && TYPE.matcher(parts.get(0)).matches()
            && (parts.size() == 1 || ID.matcher(parts.get(1)).matches())
            && (parts.size() <= 2
                || entry.getMethod() == HTTPVerb.GET && parts.get(2).equals("_history"))
            && parts.size() <= 4;
    if (!understood) {
      throw Refusal.beyondScopes(
          "An entry's request must be an interaction with a resource or a type, as in GET"
              + " Task?status=requested");
    }
    String type = parts.get(0);
    Optional<String> id = parts.stream().skip(1).findFirst();
    return switch (entry.getMethod()) {
      case GET -> new Asked(read(parts.size()), type, id, false, query);
      case POST -> created(entry, type, id);
      case PUT -> new Asked(RestOperationTypeEnum.UPDATE, type, id, id.isEmpty(), query);
      case PATCH -> new Asked(RestOperationTypeEnum.PATCH, type, id, id.isEmpty(), query);
      case DELETE -> new Asked(RestOperationTypeEnum.DELETE, type, id, id.isEmpty(), query);
      default ->
          throw Refusal.beyondScopes("An entry's method must be GET, POST, PUT, PATCH or DELETE");
    };
  }

  private static RestOperationTypeEnum read(int parts) {
    return switch (parts) {
      case 1 -> RestOperationTypeEnum.SEARCH_TYPE;
      case 2 -> RestOperationTypeEnum.READ;
      case 3 -> RestOperationTypeEnum.HISTORY_INSTANCE;
      default -> RestOperationTypeEnum.VREAD;
    };
  }

  private static Asked created(
      BundleEntryRequestComponent entry, String type, Optional<String> id) {
    if (id.isPresent()) {
      throw Refusal.beyondScopes("A POST entry must name a type only");
    }
    return conditional(RestOperationTypeEnum.CREATE, type, entry.getIfNoneExist());
  }
}
