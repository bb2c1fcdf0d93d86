package io.spinexr.app.replay;

import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.replay.Trace;
import io.spinexr.replay.Traces;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Where a command finds the trace of a study. */
record KnownTraces(Settings settings) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * From a file, from the database, or from the server that has it open.
   *
   * @param file to read instead of the database; {@code -} for standard input
   * @throws Mistake with one sentence if there is none
   */
  Trace of(String studyUid, @Nullable Path file) {
    Trace trace = file == null ? stored(studyUid) : written(file);
    if (!trace.studyInstanceUid().equals(studyUid)) {
      throw new Mistake("%s is the trace of another study.".formatted(file));
    }
    return trace;
  }

  private static Trace written(Path file) {
    try (InputStream input = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
      return Trace.read(input.readAllBytes());
    } catch (IOException e) {
      throw new Mistake("%s cannot be read.".formatted(file), e);
    } catch (IllegalArgumentException e) {
      throw new Mistake("%s cannot be used: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private Trace stored(String studyUid) {
    try {
      return new Traces(database()).of(studyUid).orElseThrow(() -> unknown(studyUid));
    } catch (DataAccessException e) {
      if (ExceptionUtils.getThrowableList(e).stream().anyMatch(KnownTraces::inUse)) {
        return served(studyUid);
      }
      throw new Mistake(
          "The database at %s cannot be read; a server of this version must have been started on it"
                  .formatted(settings.databaseUrl())
              + " once.",
          e);
    } catch (IllegalStateException e) {
      throw new Mistake(
          "What is known of the study cannot be used: %s.".formatted(e.getMessage()), e);
    }
  }

  /** Read only: neither made nor brought to another version here. */
  private DriverManagerDataSource database() {
    String url = settings.databaseUrl();
    Settings.Database database = settings.database();
    return new DriverManagerDataSource(
        database.shared() ? url : url + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r",
        database.username(),
        database.password());
  }

  private static boolean inUse(Throwable cause) {
    return cause instanceof SQLException sql
        && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
  }

  private static Mistake unknown(String studyUid) {
    return new Mistake("Nothing is known of study %s.".formatted(studyUid));
  }

  private Trace served(String studyUid) {
    URI address =
        URI.create(
            settings.publicUrl().toString().replaceAll("/+$", "")
                + "/admin/studies/%s/trace".formatted(studyUid));
    HttpResponse<byte[]> answer;
    try {
      answer =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(
                  HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
                  BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw elsewhere(address, "does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw elsewhere(address, "was not waited for", e);
    }
    if (answer.statusCode() == 404) {
      throw unknown(studyUid);
    }
    try {
      return Trace.read(answer.body());
    } catch (IllegalArgumentException e) {
      throw elsewhere(address, "answers with status %d".formatted(answer.statusCode()), e);
    }
  }

  private static Mistake elsewhere(URI address, String what, Exception cause) {
    return new Mistake(
        "A server has the database open, and %s %s: save what it tells an administrator, and give"
                .formatted(address, what)
            + " that file by --trace.",
        cause);
  }
}
