package io.spinexr.dicomweb.http;

import io.spinexr.dicomweb.http.Credentials.Header;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The header that opens the archive, as it must be now. */
interface Access {
  /**
   * @throws DicomWebException if there is none to be had
   */
  Optional<Header> header();

  /** Whether there is another header to try, after the archive refused this one. */
  boolean renew(Optional<Header> refused);

  /**
   * @param http the way to an authorization server, if one is needed
   */
  static Access by(Credentials credentials, ArchiveHttp http) {
    if (credentials instanceof Credentials.Basic basic) {
      return new Fixed(Optional.of(basic.header()));
    }
    if (credentials instanceof Credentials.Bearer bearer) {
      return new Fixed(Optional.of(bearer.header()));
    }
    if (credentials instanceof Header header) {
      return new Fixed(Optional.of(header));
    }
    if (credentials instanceof Credentials.BearerFile bearer) {
      return new TokenFile(bearer.file());
    }
    if (credentials instanceof Credentials.ClientCredentials client) {
      return new TokenEndpoint(client, http);
    }
    return new Fixed(Optional.empty());
  }

  /** Credentials that never change. */
  record Fixed(Optional<Header> header) implements Access {
    @Override
    public boolean renew(Optional<Header> refused) {
      return false;
    }
  }

  /** Read for every request: another program may replace the token at any time. */
  record TokenFile(Path file) implements Access {
    private static final long MAX_BYTES = 1 << 16;

    @Override
    public Optional<Header> header() {
      try {
        if (Files.size(file) > MAX_BYTES) {
          throw unusable();
        }
        return Optional.of(new Credentials.Bearer(Files.readString(file).strip()).header());
      } catch (IOException | IllegalArgumentException e) {
        throw unusable();
      }
    }

    private static DicomWebException unusable() {
      return new DicomWebException(
          Kind.MISCONFIGURED,
          "spinexr.archive.token-file cannot be read or does not hold a bearer token");
    }

    @Override
    public boolean renew(Optional<Header> refused) {
      return !header().equals(refused);
    }
  }
}
