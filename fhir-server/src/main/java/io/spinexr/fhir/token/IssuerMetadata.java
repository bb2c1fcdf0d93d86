package io.spinexr.fhir.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer says of itself: the parts of OpenID Connect Discovery 1.0 section 3 and RFC 8414
 * section 2 that are used here.
 */
record IssuerMetadata(
    Optional<URI> jwks, Optional<URI> authorizationEndpoint, Optional<URI> tokenEndpoint) {
  private static final List<String> PLACES =
      List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server");

  /**
   * @throws IOException if none can be read, or it is another issuer's
   */
  static IssuerMetadata of(URI issuer, SSLContext tls) throws IOException {
    @Nullable IOException failure = null;
    for (String place : PLACES) {
      try {
        String address = issuer.toString().replaceAll("/+$", "") + place;
        return of(
            issuer,
            JSONObjectUtils.parse(
                new RegisteredPlace(tls)
                    .retrieveResource(URI.create(address).toURL())
                    .getContent()));
      } catch (IOException | ParseException | URISyntaxException e) {
        failure = new IOException("the issuer's metadata could not be read", e);
      }
    }
    throw Objects.requireNonNull(failure);
  }

  private static IssuerMetadata of(URI issuer, Map<String, Object> metadata)
      throws IOException, ParseException, URISyntaxException {
    if (!issuer.toString().equals(metadata.get("issuer"))) {
      throw new IOException("the metadata is another issuer's");
    }
    return new IssuerMetadata(
        place(metadata, "jwks_uri"),
        place(metadata, "authorization_endpoint"),
        place(metadata, "token_endpoint"));
  }

  private static Optional<URI> place(Map<String, Object> metadata, String name)
      throws ParseException, URISyntaxException {
    return Optional.ofNullable(JSONObjectUtils.getURI(metadata, name))
        .filter(RegisteredPlace::isTrustworthy);
  }
}
