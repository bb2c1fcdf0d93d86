package io.spinexr.dicomweb.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** What the archive wants to see before it answers. No implementation prints its secret. */
public sealed interface Credentials {
  /** No credentials: an open archive, or one that trusts the network. */
  record None() implements Credentials {}

  /** HTTP Basic (RFC 7617), in UTF-8. */
  record Basic(String user, String password) implements Credentials {
    public Basic {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(password, "password");
      if (user.isEmpty() || user.contains(":")) {
        throw new IllegalArgumentException(
            "the archive's user name must not be empty or contain ':'");
      }
    }

    Header header() {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return new Header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    @Override
    public String toString() {
      return "Basic[***]";
    }
  }

  /** A bearer token (RFC 6750). */
  record Bearer(String token) implements Credentials {
    public Bearer {
      Objects.requireNonNull(token, "token");
      if (!token.matches("[A-Za-z0-9._~+/-]+=*")) {
        throw new IllegalArgumentException(
            "the archive's bearer token must be made of letters, digits and ._~+/- (RFC 6750)");
      }
    }

    Header header() {
      return new Header("Authorization", "Bearer " + token);
    }

    @Override
    public String toString() {
      return "Bearer[***]";
    }
  }

  /**
   * A bearer token in a file that another program keeps up to date.
   *
   * @param file with nothing but the token; read for every request
   */
  record BearerFile(Path file) implements Credentials {
    public BearerFile {
      Objects.requireNonNull(file, "file");
    }
  }

  /** A header of the archive's own, such as {@code X-Api-Key}. */
  record Header(String name, String value) implements Credentials {
    public Header {
      if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
          || name.matches("(?i)connection|content-length|expect|host|upgrade")) {
        throw new IllegalArgumentException("the archive's header must have a name that can be set");
      }
      if (!value.matches("[\\x20-\\x7E]+")) {
        throw new IllegalArgumentException(
            "the value of the archive's header must be printable ASCII characters");
      }
    }

    @Override
    public String toString() {
      return "Header[" + name + ": ***]";
    }
  }

  /**
   * A bearer token from an authorization server, by the grant of client credentials (RFC 6749
   * section 4.4). A token is used until shortly before it expires.
   *
   * @param tokenUrl the server's token endpoint
   * @param clientId sent with the secret by HTTP Basic (RFC 6749 section 2.3.1)
   * @param scope what to ask for; empty for the server's own choice
   * @param audience whom the token is for, where the server wants to be told; no part of RFC 6749
   */
  record ClientCredentials(
      URI tokenUrl,
      String clientId,
      String secret,
      Optional<String> scope,
      Optional<String> audience)
      implements Credentials {
    public ClientCredentials {
      Objects.requireNonNull(tokenUrl, "tokenUrl");
      Objects.requireNonNull(secret, "secret");
      Objects.requireNonNull(scope, "scope");
      Objects.requireNonNull(audience, "audience");
      if (clientId.isEmpty()) {
        throw new IllegalArgumentException("the archive's client id must not be empty");
      }
    }

    @Override
    public String toString() {
      return "ClientCredentials[" + Origin.of(tokenUrl) + ", ***]";
    }
  }
}
