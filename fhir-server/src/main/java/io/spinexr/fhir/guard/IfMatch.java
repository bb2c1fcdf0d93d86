package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.jspecify.annotations.Nullable;

/**
 * Writes on condition that a resource still has the version that was read. HAPI ignores the
 * condition where a resource is deleted or patched, takes any text for a version, and calls a
 * resource that was changed since a conflict.
 */
@Interceptor
public final class IfMatch {
  private static final String HEADER = "If-Match";
  private static final Pattern VERSION = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"");
  private static final String EXPECTED = IfMatch.class.getName();

  /** Where a request is about one resource only. */
  private static final String ANY = "";

  /** Takes the conditions from the request, before HAPI sees them. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void take(RequestDetails request) {
    Map<String, String> expected = new ConcurrentHashMap<>();
    String header = request.getHeader(HEADER);
    if (header != null) {
      expected.put(ANY, version(header));
    }
    if (request.getResource() instanceof Bundle bundle) {
      bundle.getEntry().stream()
          .map(Bundle.BundleEntryComponent::getRequest)
          .filter(BundleEntryRequestComponent::hasIfMatch)
          .forEach(entry -> take(entry, expected));
    }
    request.getUserData().put(EXPECTED, expected);
  }

  private static void take(BundleEntryRequestComponent entry, Map<String, String> expected) {
    String version = version(entry.getIfMatch());
    if (entry.getUrl() != null && !entry.getUrl().contains("?")) {
      expected.put(entry.getUrl(), version);
      entry.setIfMatch(null);
    }
  }

  private static String version(String condition) {
    Matcher version = VERSION.matcher(condition);
    if (!version.matches()) {
      throw new InvalidRequestException(
          "If-Match must name a version that this server gave, as in W/\"3\"");
    }
    return version.group(1);
  }

  /** Whether a conflict means that the one resource that is written has another version. */
  static boolean lost(RequestDetails request) {
    return request.getHeader(HEADER) != null && request.getRequestType() != RequestTypeEnum.DELETE;
  }

  /**
   * Holds the request's condition on a resource.
   *
   * @throws PreconditionFailedException if the resource has another version
   */
  static void require(@Nullable IBaseResource current, RequestDetails request) {
    if (current != null
        && request.getUserData().get(EXPECTED) instanceof Map<?, ?> expected
        && !expected.isEmpty()) {
      String address = current.getIdElement().toUnqualifiedVersionless().getValue();
      Object version = expected.containsKey(address) ? expected.get(address) : expected.get(ANY);
      String is = current.getIdElement().getVersionIdPart();
      if (version != null && !version.equals(is)) {
        throw new PreconditionFailedException(
            "%s has version %s by now, not %s: read it again".formatted(address, is, version));
      }
    }
  }
}
