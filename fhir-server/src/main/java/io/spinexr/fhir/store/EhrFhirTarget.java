package io.spinexr.fhir.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.gclient.IClientExecutable;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import io.spinexr.fhir.FhirRecordException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.HttpClients;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;

/**
 * The EHR's own FHIR R4 server as a second place for results. It must take transactions with
 * conditional creates and updates. Nothing is repeated here but conflicts: a server that is down or
 * slow is the calling job's to try again.
 */
public final class EhrFhirTarget implements FhirStore {
  private static final int MAX_PAGES = 500;

  private final IGenericClient client;
  private final EhrAccess access;

  /**
   * @param baseUrl of the FHIR server; https unless it is on this machine
   * @param access whose token is sent with every request
   * @param timeout for connecting and for each answer
   * @param tls whom to trust there, and as whom to show ourselves
   */
  public EhrFhirTarget(URI baseUrl, EhrAccess access, Duration timeout, SSLContext tls) {
    if (!access.equals(EhrAccess.open())
        && !baseUrl.getScheme().equals("https")
        && !loopback(baseUrl)) {
      throw new IllegalArgumentException(
          "the EHR's FHIR server %s must be https, because a bearer token is sent to it"
              .formatted(baseUrl));
    }
    int milliseconds = Math.toIntExact(timeout.toMillis());
    RequestConfig requests =
        RequestConfig.custom()
            .setConnectTimeout(milliseconds)
            .setConnectionRequestTimeout(milliseconds)
            .setSocketTimeout(milliseconds)
            .build();
    FhirContext context = FhirContext.forR4();
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    // A redirect could carry the token to another server.
    context
        .getRestfulClientFactory()
        .setHttpClient(
            HttpClients.custom()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setDefaultRequestConfig(requests)
                .setSSLContext(tls)
                .build());
    client = context.newRestfulGenericClient(baseUrl.toString());
    this.access = access;
  }

  private static boolean loopback(URI address) {
    return Set.of("localhost", "127.0.0.1", "[::1]").contains(address.getHost());
  }

  @Override
  public String name() {
    return "the EHR's FHIR server";
  }

  @Override
  public List<Resource> search(String url) {
    List<Resource> found = new ArrayList<>();
    Bundle page = ask(() -> client.search().byUrl(url).returnBundle(Bundle.class));
    for (int pages = 1; ; pages++) {
      page.getEntry().stream()
          .filter(entry -> entry.getSearch().getMode() != SearchEntryMode.OUTCOME)
          .map(BundleEntryComponent::getResource)
          .forEach(found::add);
      if (page.getLink(Bundle.LINK_NEXT) == null) {
        return found;
      }
      requireOwn(page.getLink(Bundle.LINK_NEXT).getUrl(), pages);
      Bundle last = page;
      page = ask(() -> client.loadPage().next(last));
    }
  }

  /** Another server must not get the token, and a server that never ends must not keep us. */
  private void requireOwn(String next, int pages) {
    URI base = URI.create(client.getServerBase());
    boolean own =
        next.startsWith(base.getScheme() + "://" + base.getRawAuthority() + "/")
            && pages < MAX_PAGES;
    if (!own) {
      throw new FhirRecordException(
          "%s pages its answers beyond %d pages or to another address; its base URL must be the one that it gives itself"
              .formatted(name(), MAX_PAGES),
          false);
    }
  }

  @Override
  public Bundle transaction(Bundle transaction) {
    return ask(() -> client.transaction().withBundle(transaction));
  }

  /** Once more with another token, if there is one: a server may end a token before its time. */
  private <T> T ask(Supplier<IClientExecutable<?, T>> request) {
    Optional<String> token = access.token();
    try {
      return execute(request.get(), token);
    } catch (AuthenticationException e) {
      if (token.isEmpty() || !access.renew(token.get())) {
        throw e;
      }
      return execute(request.get(), access.token());
    }
  }

  private static <T> T execute(IClientExecutable<?, T> request, Optional<String> token) {
    token.ifPresent(value -> request.withAdditionalHeader("Authorization", "Bearer " + value));
    return request.execute();
  }
}
