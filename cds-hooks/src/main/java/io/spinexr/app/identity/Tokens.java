package io.spinexr.app.identity;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
  private final Provider provider;
  private final Clock clock;

  /** Made once, because they keep the provider's keys. */
  private final AtomicReference<@Nullable NimbusJwtDecoder> people = new AtomicReference<>();

  private final AtomicReference<@Nullable NimbusJwtDecoder> programs = new AtomicReference<>();

  public Tokens(Provider provider, Clock clock) {
    this.provider = provider;
    this.clock = clock;
  }

  /** An ID token counts as OpenID Connect Core 1.0, section 3.1.3.7, says. */
  @Override
  public JwtDecoder createDecoder(ClientRegistration registration) {
    return once(
        people,
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
   * An access token counts as RFC 9068, section 4, says, whatever type it states, if it is for our
   * public address: an ID token is for our client id instead.
   */
  public JwtDecoder programs() {
    return token ->
        once(
                programs,
                times ->
                    provider.decoder(
                        List.of(
                            times,
                            new JwtIssuerValidator(
                                provider.registration().getProviderDetails().getIssuerUri()),
                            new JwtClaimValidator<List<String>>(
                                "aud",
                                named -> named != null && named.contains(provider.address(""))),
                            new JwtClaimValidator<String>(
                                "sub", subject -> subject != null && !subject.isBlank()))))
            .decode(token);
  }

  private NimbusJwtDecoder once(
      AtomicReference<@Nullable NimbusJwtDecoder> made,
      Function<JwtTimestampValidator, NimbusJwtDecoder> make) {
    NimbusJwtDecoder known = made.get();
    if (known != null) {
      return known;
    }
    JwtTimestampValidator times = new JwtTimestampValidator();
    times.setClock(clock);
    NimbusJwtDecoder decoder = make.apply(times);
    made.set(decoder);
    return decoder;
  }

  /** Changes a code for tokens, within some seconds. */
  public OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> exchange() {
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
