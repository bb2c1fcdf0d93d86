package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** JSON to {@link CdsRequest}, by the letter of CDS Hooks 2.0. */
final class RequestReader {
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");
  private static final String SELECTION_RULE = "must name an entry of context.draftOrders";

  private final boolean lenient;

  /**
   * @param lenient whether {@code hookInstance} and {@code userId} may be any text
   */
  RequestReader(boolean lenient) {
    this.lenient = lenient;
  }

  /**
   * @throws CdsException 400 naming the first field at fault and its rule
   */
  CdsRequest read(CdsService service, JsonNode body) {
    JsonObject request = new JsonObject("", body);
    request.text(
        "hook",
        service.hook().wireName()::equals,
        "must be \"" + service.hook().wireName() + "\", the hook of this service");
    String hookInstance =
        request.text(
            "hookInstance",
            text -> lenient ? text.length() <= 200 : isUuid(text),
            "must be a UUID");
    Optional<URI> fhirServer =
        request.optionalText("fhirServer").map(text -> baseUrl("fhirServer", text));
    HookContext context = context(service.hook(), request.object("context"));
    Optional<FhirAuthorization> authorization =
        request
            .optionalObject("fhirAuthorization")
            .map(object -> authorization(object, context.patientId()));
    if (authorization.isPresent() && fhirServer.isEmpty()) {
      throw CdsException.invalid("fhirServer", "is required with fhirAuthorization");
    }
    return new CdsRequest(
        service.hook(), hookInstance, fhirServer, authorization, context, prefetch(request));
  }

  static boolean isUuid(String text) {
    return UUID.matcher(text).matches();
  }

  private static Map<String, JsonNode> prefetch(JsonObject request) {
    Map<String, JsonNode> prefetch = new HashMap<>();
    request
        .optionalObject("prefetch")
        .ifPresent(
            object ->
                object.node().properties().forEach(p -> prefetch.put(p.getKey(), p.getValue())));
    return prefetch;
  }

  private static URI baseUrl(String field, String text) {
    try {
      URI url = new URI(text);
      boolean http =
          "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
      boolean plain =
          url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
      if (http && plain && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // The rule below says what was wrong.
    }
    throw CdsException.invalid(
        field, "must be an absolute http(s) URL without user, query and fragment");
  }

  private static FhirAuthorization authorization(JsonObject object, String patientId) {
    object.text("token_type", "Bearer"::equalsIgnoreCase, "must be \"Bearer\"");
    JsonNode expiresIn = object.required("expires_in");
    if (!expiresIn.isIntegralNumber() || !expiresIn.canConvertToLong()) {
      throw CdsException.invalid(object.pathOf("expires_in"), "must be a whole number of seconds");
    }
    Optional<String> patient = object.optionalText("patient");
    if (patient.isPresent() && !patient.get().equals(patientId)) {
      throw CdsException.invalid(object.pathOf("patient"), "must be context.patientId");
    }
    return new FhirAuthorization(
        object.text(
            "access_token",
            token -> TOKEN.matcher(token).matches(),
            "must be printable ASCII without spaces"),
        expiresIn.longValue(),
        object.text("scope"),
        object.text("subject"),
        patient);
  }

  private HookContext context(CdsHook hook, JsonObject context) {
    String patientId = context.text("patientId", FhirIds::isId, FhirIds.ID_RULE);
    return switch (hook) {
      case ORDER_SIGN ->
          new HookContext.OrderSign(
              userId(context), patientId, encounterId(context), draftOrders(context));
      case ORDER_SELECT -> orderSelect(context, patientId);
      case ORDER_DISPATCH ->
          new HookContext.OrderDispatch(
              patientId,
              dispatchedOrders(context),
              context.text("performer", FhirIds::isReference, FhirIds.REFERENCE_RULE),
              context.objects("fulfillmentTasks").stream()
                  .map(task -> resource(task, "Task"))
                  .toList());
      case PATIENT_VIEW ->
          new HookContext.PatientView(userId(context), patientId, encounterId(context));
    };
  }

  private HookContext orderSelect(JsonObject context, String patientId) {
    List<JsonObject> draftOrders = draftOrders(context);
    List<String> selections =
        context.texts("selections", FhirIds::isReference, FhirIds.REFERENCE_RULE);
    for (int i = 0; i < selections.size(); i++) {
      String selection = selections.get(i);
      if (draftOrders.stream().noneMatch(order -> isNamed(order, selection))) {
        throw CdsException.invalid("context.selections[" + i + "]", SELECTION_RULE);
      }
    }
    return new HookContext.OrderSelect(
        userId(context), patientId, encounterId(context), selections, draftOrders);
  }

  /** Whether {@code Type/id} of a resource is this reference's. */
  static boolean isNamed(JsonObject resource, String reference) {
    String name =
        resource.node().path("resourceType").asText() + "/" + resource.node().path("id").asText();
    return name.equals(FhirIds.relative(reference));
  }

  private String userId(JsonObject context) {
    return context.text(
        "userId",
        text -> lenient || FhirIds.isUser(text),
        "must be a reference like Practitioner/123 (or PractitionerRole, Patient, RelatedPerson)");
  }

  private static Optional<String> encounterId(JsonObject context) {
    return context.optionalText("encounterId");
  }

  private static List<String> dispatchedOrders(JsonObject context) {
    if (context.optional("dispatchedOrders").isEmpty() && context.optional("order").isPresent()) {
      return List.of(context.text("order", FhirIds::isReference, FhirIds.REFERENCE_RULE));
    }
    List<String> orders =
        context.texts("dispatchedOrders", FhirIds::isReference, FhirIds.REFERENCE_RULE);
    if (orders.isEmpty()) {
      throw CdsException.invalid(context.pathOf("dispatchedOrders"), "must name an order");
    }
    return orders;
  }

  private static List<JsonObject> draftOrders(JsonObject context) {
    JsonObject bundle = resource(context.object("draftOrders"), "Bundle");
    List<JsonObject> resources = new ArrayList<>();
    for (JsonObject entry : bundle.objects("entry")) {
      JsonObject resource = entry.object("resource");
      resource.text("resourceType");
      resources.add(resource);
    }
    return resources;
  }

  private static JsonObject resource(JsonObject object, String type) {
    object.text("resourceType", type::equals, "must be \"" + type + "\"");
    return object;
  }
}
