package io.spinexr.app.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Everything a site can set. Defaults stand in {@code application.yaml}; a value that breaks a rule
 * stops the start with a sentence.
 *
 * @param data folder of the database and whatever else the server keeps
 * @param publicUrl address under which people and the EHR reach this server; the links on cards
 *     start with it
 * @param trustedNetwork whether everyone who can reach the server may see and change everything.
 *     Needed to listen on an address other than loopback, because neither pages nor /fhir nor
 *     /cds-services ask who is there
 */
@ConfigurationProperties(prefix = "spinexr", ignoreUnknownFields = false)
public record Settings(
    Path data,
    URI publicUrl,
    boolean trustedNetwork,
    Database database,
    Archive archive,
    Models models) {
  public Settings {
    require("data", data);
    Rules.webAddress("public-url", publicUrl);
  }

  private static void require(String key, Object value) {
    Rules.require(key, value);
  }

  /**
   * Where results, orders and jobs are kept.
   *
   * @param url JDBC URL, H2 or PostgreSQL. On H2, WRITE_DELAY=0 keeps acknowledged results through
   *     a crash
   * @param username database user
   * @param password its password; only from the environment: SPINEXR_DATABASE_PASSWORD
   * @param connections how many connections are kept at most
   */
  public record Database(String url, String username, String password, int connections) {
    public Database {
      Rules.require("database.url", url);
      Rules.inRange("database.connections", connections, 4, 200);
    }
  }

  /**
   * The image archive (PACS).
   *
   * @param baseUrl DICOMweb root, e.g. http://pacs.example.org:8042/dicom-web
   * @param username for HTTP basic authentication; empty: none
   * @param password its password; only from the environment: SPINEXR_ARCHIVE_PASSWORD
   * @param token bearer token; only from the environment: SPINEXR_ARCHIVE_TOKEN
   * @param connectTimeout how long to wait for a connection
   * @param requestTimeout how long to wait for one answer
   * @param maxRetries how often a request is repeated when the archive is busy or gone
   * @param maxInstanceSize larger images are not fetched
   */
  public record Archive(
      URI baseUrl,
      String username,
      String password,
      String token,
      Duration connectTimeout,
      Duration requestTimeout,
      int maxRetries,
      DataSize maxInstanceSize) {
    public Archive {
      Rules.webAddress("archive.base-url", baseUrl);
      Rules.positive("archive.connect-timeout", connectTimeout);
      Rules.positive("archive.request-timeout", requestTimeout);
      Rules.inRange("archive.max-retries", maxRetries, 0, 10);
      Rules.require("archive.max-instance-size", maxInstanceSize);
    }
  }

  /**
   * The networks.
   *
   * @param folder folder with one subfolder per model, each a SavedModel and its model.json
   */
  public record Models(Path folder) {
    public Models {
      Rules.require("models.folder", folder);
    }
  }
}
