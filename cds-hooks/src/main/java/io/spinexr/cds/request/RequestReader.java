package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.FhirServerUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** JSON to {@link CdsRequest}: what is used of it, by the letter of CDS Hooks 2.0. */
public final class RequestReader {
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Pattern OTHER_TYPE = Pattern.compile("(?!ServiceRequest/)[A-Z][A-Za-z]+/.*");
  public static final String SERVICE_REQUEST = "ServiceRequest";

  private final boolean lenient;

  /**
   * @param lenient whether {@code hookInstance} and {@code userId} may be any line of text
   */
  public RequestReader(boolean lenient) {
    this.lenient = lenient;
  }

  /**
   * @throws CdsException 400 naming the first field at fault and its rule
   */
  public CdsRequest read(CdsService service, JsonNode body) {
    JsonObject request = new JsonObject("", body);
    request.text(
        "hook",
        service.hook().wireName()::equals,
        "must be \"" + service.hook().wireName() + "\", the hook of this service");
    String hookInstance =
        request.text(
            "hookInstance",
            text -> lenient ? isLine(text) && text.length() <= 200 : isUuid(text),
            "must be a UUID");
    Optional<FhirServerUrl> fhirServer =
        request
            .optionalText("fhirServer")
            .map(
                text ->
                    FhirServerUrl.parse(text)
                        .orElseThrow(() -> CdsException.invalid("fhirServer", FhirServerUrl.RULE)));
    HookContext context = context(service.hook(), request.object("context"));
    if (request.optional("fhirAuthorization").isPresent()) {
      boolean token = body.get("fhirAuthorization").hasNonNull("access_token");
      if (token && fhirServer.isEmpty()) {
        throw CdsException.invalid("fhirServer", "is required with fhirAuthorization");
      }
      requirePatient(body.get("fhirAuthorization").path("patient"), context.patientId());
    }
    return new CdsRequest(service.hook(), hookInstance, fhirServer, context, request);
  }

  /** Even a token that nobody needs tells whose chart the client means. */
  private static void requirePatient(JsonNode patient, String patientId) {
    if (patient.isTextual()
        && !patient.textValue().isBlank()
        && !patient.textValue().equals(patientId)) {
      throw CdsException.invalid("fhirAuthorization.patient", "must be context.patientId");
    }
  }

  public static boolean isUuid(String text) {
    return UUID.matcher(text).matches();
  }

  private static boolean isLine(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private HookContext context(CdsHook hook, JsonObject context) {
    String patientId = context.text("patientId", FhirIds::isId, FhirIds.ID_RULE);
    return switch (hook) {
      case ORDER_SIGN ->
          new HookContext.OrderSign(userId(context), patientId, draftOrders(context));
      case ORDER_SELECT ->
          new HookContext.OrderSelect(
              userId(context), patientId, selections(context), draftOrders(context));
      case ORDER_DISPATCH -> new HookContext.OrderDispatch(patientId, dispatchedOrders(context));
      case PATIENT_VIEW -> new HookContext.PatientView(userId(context), patientId);
    };
  }

  private String userId(JsonObject context) {
    return context.text(
        "userId",
        text -> lenient && isLine(text) || FhirIds.isUser(text),
        "must be a reference like Practitioner/123 (or PractitionerRole, Patient, RelatedPerson)");
  }

  /** What is selected beside orders, or by the URL of its entry, is named in other ways. */
  private static List<String> selections(JsonObject context) {
    return context
        .texts(
            "selections",
            text ->
                text.startsWith("urn:")
                    || OTHER_TYPE.matcher(text).matches()
                    || FhirReference.parse(text).isPresent(),
            FhirReference.RULE)
        .stream()
        .map(text -> FhirReference.parse(text).map(FhirReference::name).orElse(text))
        .toList();
  }

  private static List<FhirReference> dispatchedOrders(JsonObject context) {
    List<String> orders =
        context.optional("dispatchedOrders").isEmpty() && context.optional("order").isPresent()
            ? List.of(context.text("order", RequestReader::isDispatchable, FhirReference.RULE))
            : context.texts("dispatchedOrders", RequestReader::isDispatchable, FhirReference.RULE);
    if (orders.isEmpty()) {
      throw CdsException.invalid(context.pathOf("dispatchedOrders"), "must name an order");
    }
    return orders.stream()
        .flatMap(text -> FhirReference.parse(text).stream())
        .filter(reference -> reference.type().equals(SERVICE_REQUEST))
        .toList();
  }

  private static boolean isDispatchable(String text) {
    return OTHER_TYPE.matcher(text).matches() || FhirReference.parse(text).isPresent();
  }

  private static List<ChartResource> draftOrders(JsonObject context) {
    JsonObject bundle = context.object("draftOrders");
    bundle.text("resourceType", "Bundle"::equals, "must be \"Bundle\"");
    List<ChartResource> drafts = new ArrayList<>();
    List<CdsException> faults = new ArrayList<>();
    List<JsonNode> entries =
        bundle.optional("entry").isPresent() ? bundle.array("entry") : List.of();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).isNull()) {
        continue;
      }
      try {
        Optional<ChartResource> draft =
            ChartResource.ofEntry(
                new JsonObject(bundle.pathOf("entry") + "[" + i + "]", entries.get(i)));
        draft.ifPresent(resource -> resource.json().text("resourceType"));
        draft.ifPresent(drafts::add);
      } catch (CdsException e) {
        faults.add(e);
      }
    }
    // One bad draft is no reason to lose the good ones.
    if (drafts.isEmpty() && !faults.isEmpty()) {
      throw faults.get(0);
    }
    return drafts;
  }
}
