package io.spinexr.fhir.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;

/**
 * Holds what is asked for against the token's scopes before anything is looked up, because also
 * what is found in vain tells something: a search is narrowed to what may be found, and a resource
 * that may not be reached is refused as one that does not exist. What is found and written in the
 * end is held against the same scopes by {@link ScopeRules}.
 */
@Interceptor
public final class ScopedRequests {
  private final StoredResources stored;
  private final SearchPaths paths;

  public ScopedRequests(StoredResources stored, SearchPaths paths) {
    this.stored = stored;
    this.paths = paths;
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void check(RequestDetails request) {
    Reach.of(request, stored).ifPresent(reach -> check(request, reach));
  }

  private void check(RequestDetails request, Reach reach) {
    if (request.getOperation() != null && request.getOperation().startsWith("$")) {
      checkOperation(Asked.of(request), request.getOperation(), reach);
      return;
    }
    Map<String, String> filter = check(Asked.of(request), reach);
    if (!filter.isEmpty()) {
      Map<String, String[]> narrowed = new HashMap<>(request.getParameters());
      filter.forEach(
          (name, value) -> narrowed.merge(name, new String[] {value}, ScopedRequests::and));
      request.setParameters(narrowed);
    }
  }

  private static String[] and(String[] asked, String[] needed) {
    return Stream.of(asked, needed).flatMap(Arrays::stream).toArray(String[]::new);
  }

  /** A bundle's entries, once it is read; they are all refused if one is. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void checkEntries(RequestDetails request) {
    if (request.getResource() instanceof Bundle bundle) {
      Reach.of(request, stored)
          .ifPresent(
              reach ->
                  bundle.getEntry().stream()
                      .map(BundleEntryComponent::getRequest)
                      .forEach(entry -> check(entry, reach)));
    }
  }

  private void check(BundleEntryRequestComponent entry, Reach reach) {
    Map<String, String> filter = check(Asked.of(entry), reach);
    if (!filter.isEmpty()) {
      String url = entry.getUrl();
      entry.setUrl(
          filter.entrySet().stream()
              .map(ScopedRequests::encoded)
              .collect(Collectors.joining("&", url + (url.contains("?") ? "&" : "?"), "")));
    }
  }

  private static String encoded(Map.Entry<String, String> parameter) {
    return URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8);
  }

  /** Returns the search parameters that must be added to what is asked for. */
  private Map<String, String> check(Asked asked, Reach reach) {
    switch (asked.interaction()) {
      case METADATA, GET_PAGE, TRANSACTION, BATCH -> {}
      case READ, VREAD, HISTORY_INSTANCE -> checkRead(asked, reach);
      case SEARCH_TYPE -> {
        need(Interaction.SEARCH, asked.type(), reach);
        checkPaths(asked, reach);
        return new Narrowing(reach).of(asked);
      }
      case CREATE -> checkWrite(Interaction.CREATE, asked, reach);
      case UPDATE -> checkWrite(Interaction.UPDATE, asked, reach);
      case PATCH -> {
        // Its answer shows the whole resource, and its tests ask what is there.
        need(Interaction.READ, asked.type(), reach);
        checkWrite(Interaction.UPDATE, asked, reach);
        asked.id().ifPresent(id -> hold(Interaction.READ, asked.type(), id, reach));
      }
      case DELETE -> checkWrite(Interaction.DELETE, asked, reach);
      default -> throw Refusal.beyondScopes("No scope allows this interaction");
    }
    return Map.of();
  }

  private static void checkRead(Asked asked, Reach reach) {
    // A Binary follows what it belongs to.
    if (!asked.type().equals("Binary")) {
      need(Interaction.READ, asked.type(), reach);
    }
    asked.id().ifPresent(id -> hold(Interaction.READ, asked.type(), id, reach));
  }

  private void checkWrite(Interaction interaction, Asked asked, Reach reach) {
    need(interaction, asked.type(), reach);
    if (asked.conditional()) {
      if (reach.isLimited(interaction, asked.type()) || !reach.searchesAll(asked.type())) {
        throw Refusal.beyondScopes(
            "A write on a condition needs scopes for all resources of its type, to search them,"
                + " too");
      }
      checkPaths(asked, reach);
    }
    asked.id().ifPresent(id -> hold(interaction, asked.type(), id, reach));
  }

  private static void checkOperation(Asked asked, String operation, Reach reach) {
    if (operation.equals("$validate")) {
      Interaction like = asked.id().isPresent() ? Interaction.READ : Interaction.CREATE;
      need(like, asked.type(), reach);
      asked.id().ifPresent(id -> hold(like, asked.type(), id, reach));
    } else {
      need(Interaction.READ, asked.type(), reach);
    }
  }

  private static void need(Interaction interaction, String type, Reach reach) {
    if (!reach.grant().may(interaction, type)) {
      throw Refusal.beyondScopes(
          "The access token has no scope to %s resources of this type"
              .formatted(interaction.verb()));
    }
  }

  /** A resource out of reach is refused in the words for one that does not exist. */
  private static void hold(Interaction interaction, String type, String id, Reach reach) {
    if (reach.isLimited(interaction, type) && !reach.permits(interaction, type, id)) {
      throw Refusal.beyondScopes("There is no such resource within the scopes of the access token");
    }
  }

  private void checkPaths(Asked asked, Reach reach) {
    List<String> beyond =
        paths.types(asked.type(), asked.search()).stream()
            .filter(type -> !reach.searchesAll(type))
            .toList();
    if (!beyond.isEmpty()) {
      throw Refusal.beyondScopes(
          "A search by chain or _has needs scopes to search all resources of the types that it"
              + " leads to: "
              + String.join(", ", beyond));
    }
  }

  /** How much another's search has found is not told with its pages. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void withoutTotal(RequestDetails request, IBaseResource answer) {
    if (request.getRestOperationType() == RestOperationTypeEnum.GET_PAGE
        && answer instanceof Bundle page
        && Grant.of(request)
            .filter(grant -> !grant.mayAlways(Interaction.SEARCH, Scope.EVERY_TYPE))
            .isPresent()) {
      page.setTotalElement(null);
    }
  }
}
