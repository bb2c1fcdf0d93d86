package io.spinexr.cds;

import io.spinexr.cds.token.ClientAuthentication;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Asks clients who they are when they call a service or give feedback; anyone may read the
 * discovery. It goes by the method that answers, so that no spelling of an address is a way around.
 */
final class AuthenticatedCalls implements DynamicFeature {
  private final ClientAuthentication authentication;

  AuthenticatedCalls(ClientAuthentication authentication) {
    this.authentication = authentication;
  }

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    if (resource.getResourceClass() == CdsServicesResource.class
        && resource.getResourceMethod().isAnnotationPresent(POST.class)) {
      context.register(authentication);
    }
  }
}
