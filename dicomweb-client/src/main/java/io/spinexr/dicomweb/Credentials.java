package io.spinexr.dicomweb;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** What the archive wants to see before it answers. No implementation prints its secret. */
public sealed interface Credentials {
  /** The value of the {@code Authorization} header, if there is one to send. */
  Optional<String> authorization();

  /** No credentials: an open archive, or one that trusts the network. */
  record None() implements Credentials {
    @Override
    public Optional<String> authorization() {
      return Optional.empty();
    }
  }

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

    @Override
    public Optional<String> authorization() {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
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

    @Override
    public Optional<String> authorization() {
      return Optional.of("Bearer " + token);
    }

    @Override
    public String toString() {
      return "Bearer[***]";
    }
  }
}
