package io.spinexr.app.setting;

import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.archive.patient.PatientMatchingProperties;
import io.spinexr.archive.study.Archive;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Network;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.http.Origin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The image archive (PACS).
 *
 * @param baseUrl DICOMweb root, e.g. http://127.0.0.1:8042/dicom-web
 * @param publicUrl the same root as viewers reach it, for the Endpoint of imaging studies; empty
 *     where it is the same
 * @param username for HTTP Basic authentication; empty for none
 * @param password its password, from the environment variable SPINEXR_ARCHIVE_PASSWORD only
 * @param token bearer token, from the environment variable SPINEXR_ARCHIVE_TOKEN only
 * @param tokenFile file with a bearer token that another program keeps up to date; read for every
 *     request
 * @param headerName header of the archive's own that lets us in, e.g. X-Api-Key
 * @param headerValue its value, from the environment variable SPINEXR_ARCHIVE_HEADERVALUE only
 * @param oauth bearer tokens from an authorization server
 * @param proxy HTTP proxy on the way to the archive and to its authorization server, e.g.
 *     proxy.example:3128; empty for none but that of Java's own settings
 * @param redirectOrigins other places that the archive may send us to for an image, such as the
 *     bucket of a cloud archive, e.g. https://bucket.example; credentials never follow
 * @param sslBundle name of an SSL bundle of Spring Boot (spring.ssl.bundle) for the archive and its
 *     authorization server: what its truststore holds is trusted beside Java's own, and its
 *     keystore is shown to servers that ask for a client certificate
 * @param connectTimeout until a connection stands
 * @param answerTimeout until an answer begins
 * @param totalTimeout for one request with its retries and all of its body
 * @param retries how often a request is repeated when the archive is busy or the connection lost
 * @param maxInstanceSize larger images are not fetched, nor are those for which the Java heap has
 *     no room: about a sixth of the launcher's
 * @param patientMatching instead of spinexr.patient-matching for this archive
 */
public record ArchiveProperties(
    URI baseUrl,
    @DefaultValue("") String publicUrl,
    @DefaultValue("") String username,
    @DefaultValue("") String password,
    @DefaultValue("") String token,
    @DefaultValue("") String tokenFile,
    @DefaultValue("") String headerName,
    @DefaultValue("") String headerValue,
    @DefaultValue OAuth oauth,
    @DefaultValue("") String proxy,
    @DefaultValue List<String> redirectOrigins,
    @DefaultValue("") String sslBundle,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("30s") Duration answerTimeout,
    @DefaultValue("2m") Duration totalTimeout,
    @DefaultValue("3") int retries,
    @DefaultValue("256MB") DataSize maxInstanceSize,
    @Nullable @NestedConfigurationProperty PatientMatchingProperties patientMatching) {

  /**
   * Tokens by the grant of client credentials (RFC 6749 section 4.4), fetched anew before they
   * expire.
   *
   * @param tokenUrl token endpoint of the authorization server; empty for none
   * @param clientId as which this server is known there
   * @param clientSecret its secret, from the environment variable
   *     SPINEXR_ARCHIVE_OAUTH_CLIENTSECRET only
   * @param clientSecretFile file with the secret, instead of the environment variable; read at the
   *     start
   * @param scope what to ask for; empty for the server's own choice
   * @param audience whom the tokens are for, where the server wants to be told
   */
  public record OAuth(
      @DefaultValue("") String tokenUrl,
      @DefaultValue("") String clientId,
      @DefaultValue("") String clientSecret,
      @DefaultValue("") String clientSecretFile,
      @DefaultValue("") String scope,
      @DefaultValue("") String audience) {
    public OAuth {
      if (!tokenUrl.isEmpty()) {
        Rules.webAddress("archive.oauth.token-url", tokenUrl);
        Rules.require("archive.oauth.client-id", clientId);
        Rules.check(
            clientSecret.isEmpty() != clientSecretFile.isEmpty(),
            "archive.oauth",
            "needs a client secret: from the environment variable"
                + " SPINEXR_ARCHIVE_OAUTH_CLIENTSECRET or from the file that client-secret-file"
                + " names",
            "");
      }
    }

    Credentials credentials() {
      return new Credentials.ClientCredentials(
          URI.create(tokenUrl),
          clientId,
          clientSecretFile.isEmpty() ? clientSecret : secretIn(clientSecretFile),
          Optional.of(scope).filter(Predicate.not(String::isEmpty)),
          Optional.of(audience).filter(Predicate.not(String::isEmpty)));
    }

    private static String secretIn(String file) {
      try {
        return Files.readString(Path.of(file)).strip();
      } catch (IOException | InvalidPathException e) {
        throw new Mistake("spinexr.archive.oauth.client-secret-file cannot be read.", e);
      }
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "OAuth[" + tokenUrl + "]";
    }
  }

  public ArchiveProperties {
    Rules.webAddress("archive.base-url", baseUrl);
    if (!publicUrl.isEmpty()) {
      Rules.webAddress("archive.public-url", publicUrl);
    }
    Rules.check(
        Stream.of(username, token, tokenFile, headerName, oauth.tokenUrl())
                .filter(Predicate.not(String::isEmpty))
                .count()
            <= 1,
        "archive",
        "takes one way to sign in: a user name with a password, a token, a token-file, a header or"
            + " oauth",
        "");
    Rules.check(
        headerName.isEmpty() == headerValue.isEmpty(),
        "archive.header-name",
        "needs its value in the environment variable SPINEXR_ARCHIVE_HEADERVALUE, and only then",
        "");
    redirectOrigins = List.copyOf(redirectOrigins);
    for (String origin : redirectOrigins) {
      Rules.webAddress("archive.redirect-origins", origin);
      Rules.check(
          origin.matches("https?://[^/?#]+"),
          "archive.redirect-origins",
          "must be origins, which have no path, e.g. https://bucket.example",
          origin);
    }
    Rules.check(
        proxy.isEmpty() || proxy.matches("[^:/@\\s]+:[0-9]{1,5}") && port(proxy) <= 65535,
        "archive.proxy",
        "must be a host and a port, e.g. proxy.example:3128",
        proxy);
    Rules.positive("archive.connect-timeout", connectTimeout);
    Rules.positive("archive.answer-timeout", answerTimeout);
    Rules.positive("archive.total-timeout", totalTimeout);
    Rules.inRange("archive.retries", retries, 0, 20);
    Rules.check(maxInstanceSize.toBytes() > 0, "archive.max-instance-size", "must be positive", "");
  }

  /**
   * @param name empty for the only one
   * @param ofTheSite where it has no matching of its own
   * @param maxFile the largest image for which there is memory, in bytes
   * @throws Mistake if a file that is needed cannot be read, or a bundle is not there
   */
  Archive archive(
      String name, PatientMatchingProperties ofTheSite, long maxFile, TlsBundles bundles) {
    try {
      return new Archive(
          name,
          publicUrl.isEmpty() ? baseUrl : URI.create(publicUrl),
          new DicomWebClient(
              options(
                  Limits.DEFAULT.pageSize(),
                  Math.min(maxInstanceSize.toBytes(), maxFile),
                  bundles)),
          new PatientMatching(patientMatching == null ? ofTheSite : patientMatching));
    } catch (Mistake e) {
      throw name.isEmpty() ? e : new Mistake(named(name, e.getMessage()), e);
    }
  }

  /** The sentence about an archive that has a name. */
  static String named(String name, String sentence) {
    return sentence
        .replace("spinexr.archive.", "spinexr.archives." + name + ".")
        .replaceFirst("^spinexr\\.archive\\b(?!\\.)", "spinexr.archives." + name)
        .replace("SPINEXR_ARCHIVE_", "SPINEXR_ARCHIVES_" + name.toUpperCase(Locale.ROOT) + "_");
  }

  public DicomWebOptions options(TlsBundles bundles) {
    return options(Limits.DEFAULT.pageSize(), bundles);
  }

  /**
   * @param pageSize how many matches of a search are asked for at a time
   */
  public DicomWebOptions options(int pageSize, TlsBundles bundles) {
    return options(pageSize, maxInstanceSize.toBytes(), bundles);
  }

  private DicomWebOptions options(int pageSize, long instanceBytes, TlsBundles bundles) {
    return new DicomWebOptions(
        baseUrl,
        credentials(),
        new Timeouts(connectTimeout, answerTimeout, totalTimeout),
        new Retries(retries, Retries.DEFAULT.firstDelay(), Retries.DEFAULT.maxDelay()),
        new Limits(instanceBytes, Limits.DEFAULT.jsonBytes(), pageSize, Limits.DEFAULT.matches()),
        network(bundles));
  }

  private Network network(TlsBundles bundles) {
    return new Network(
        proxy.isEmpty() ? Optional.empty() : Optional.of(proxyAddress()),
        redirectOrigins.stream().map(URI::create).map(Origin::of).collect(Collectors.toSet()),
        bundles.context("archive.ssl-bundle", sslBundle));
  }

  private InetSocketAddress proxyAddress() {
    return InetSocketAddress.createUnresolved(proxy.substring(0, proxy.indexOf(':')), port(proxy));
  }

  private static int port(String proxy) {
    return Integer.parseInt(proxy.substring(proxy.indexOf(':') + 1));
  }

  private Credentials credentials() {
    try {
      if (!token.isEmpty()) {
        return new Credentials.Bearer(token);
      }
      if (!tokenFile.isEmpty()) {
        return new Credentials.BearerFile(Path.of(tokenFile));
      }
      if (!headerName.isEmpty()) {
        return new Credentials.Header(headerName, headerValue);
      }
      if (!oauth.tokenUrl().isEmpty()) {
        return oauth.credentials();
      }
      return username.isEmpty()
          ? new Credentials.None()
          : new Credentials.Basic(username, password);
    } catch (IllegalArgumentException e) {
      throw new Mistake("spinexr.archive: " + e.getMessage() + ".", e);
    }
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "ArchiveProperties[" + baseUrl + "]";
  }
}
