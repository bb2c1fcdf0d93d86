package io.spinexr.fhir.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import io.spinexr.fhir.code.Terminology;
import java.util.List;

/**
 * Lets clients search by order as FHIR writes it, in the words that HAPI understands. {@code
 * based-on:identifier=x} becomes the token parameter {@code based-on-identifier} of our {@link
 * Terminology}, because HAPI lacks the modifier; {@code based-on.identifier=x} names the type of
 * the order, because HAPI would look at all types that an order can have and refuse those that this
 * server does not hold.
 */
@Interceptor
final class OrderSearches {
  private static final List<String> REFERENCES = List.of("based-on", "basedon");

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void translate(RequestDetails request) {
    for (String name : List.copyOf(request.getParameters().keySet())) {
      for (String reference : REFERENCES) {
        if (name.equals(reference + ":identifier")) {
          rename(request, name, reference + Terminology.BY_IDENTIFIER);
        } else if (name.startsWith(reference + ".")) {
          String rest = name.substring(reference.length());
          rename(request, name, reference + ":ServiceRequest" + rest);
        }
      }
    }
  }

  private static void rename(RequestDetails request, String from, String to) {
    String[] values = request.getParameters().get(from);
    request.removeParameter(from);
    request.addParameter(to, values);
  }
}
