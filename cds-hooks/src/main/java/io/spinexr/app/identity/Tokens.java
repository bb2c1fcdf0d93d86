package io.spinexr.app.identity;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.converter.ClaimTypeConverter;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;

/** The provider's tokens: how they are fetched, and when they count. */
public final class Tokens implements JwtDecoderFactory<ClientRegistration> {
  private static final String PROGRAMS = "programs of ";

  private final Providers providers;
  private final Clock clock;

  /** Made once, because they keep the keys of providers. */
  private final Map<String, NimbusJwtDecoder> decoders = new ConcurrentHashMap<>();

  public Tokens(Providers providers, Clock clock) {
    this.providers = providers;
    this.clock = clock;
  }

  /** An ID token counts as OpenID Connect Core 1.0, section 3.1.3.7, says. */
  @Override
  public JwtDecoder createDecoder(ClientRegistration registration) {
    Provider provider = providers.of(registration);
    return once(
        provider.id(),
        times -> {
          OidcIdTokenValidator claims = new OidcIdTokenValidator(registration);
          claims.setClock(clock);
          NimbusJwtDecoder decoder = provider.decoder(List.of(times, claims));
          decoder.setClaimSetConverter(
              new ClaimTypeConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverters()));
          return decoder;
        });
  }

  /**
   * An access token of the hospital's provider counts as RFC 9068, section 4, says, whatever type
   * it states, if it is for our public address: an ID token is for our client id instead.
   */
  public JwtDecoder programs() {
    Provider provider = providers.hospital();
    return token ->
        once(
                PROGRAMS + provider.id(),
                times ->
                    provider.decoder(
                        List.of(
                            times,
                            new JwtIssuerValidator(
                                provider.registration().getProviderDetails().getIssuerUri()),
                            new JwtClaimValidator<List<String>>(
                                "aud",
                                named -> named != null && named.contains(providers.address(""))),
                            new JwtClaimValidator<String>(
                                "sub", subject -> subject != null && !subject.isBlank()))))
            .decode(token);
  }

  private NimbusJwtDecoder once(
      String name, Function<JwtTimestampValidator, NimbusJwtDecoder> make) {
    return decoders.computeIfAbsent(
        name,
        unknown -> {
          JwtTimestampValidator times = new JwtTimestampValidator();
          times.setClock(clock);
          return make.apply(times);
        });
  }

  /** Changes a code for tokens, within some seconds. */
  public OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> exchange() {
    return request ->
        exchange(providers.of(request.getClientRegistration())).getTokenResponse(request);
  }

  private static OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> exchange(
      Provider provider) {
    RestClientAuthorizationCodeTokenResponseClient client =
        new RestClientAuthorizationCodeTokenResponseClient();
    client.setRestClient(
        RestClient.builder()
            .requestFactory(provider.http())
            .messageConverters(
                converters -> {
                  converters.clear();
                  converters.add(new FormHttpMessageConverter());
                  converters.add(new OAuth2AccessTokenResponseHttpMessageConverter());
                })
            .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
            .build());
    return client;
  }
}
