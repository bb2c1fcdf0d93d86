package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;

/**
 * Headers of a Subscription let this server in at its endpoint. Whoever reads one over HTTP learns
 * which headers are sent, and not what they say.
 */
@Interceptor
public final class SubscriptionSecrets {
  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  public void shown(IPreResourceShowDetails details) {
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Subscription subscription) {
        Subscription shown = subscription.copy();
        shown.getChannel().getHeader().forEach(SubscriptionSecrets::hide);
        details.setResource(i, shown);
      }
    }
  }

  private static void hide(StringType header) {
    header.setValue(header.getValueNotNull().split(":", 2)[0] + ": (not shown)");
  }
}
