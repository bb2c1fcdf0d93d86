package io.spinexr.fhir.server;

import io.spinexr.fhir.guard.SilentLoggers;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Below INFO, libraries write bodies, addresses of searches, rows and the values of statements,
 * which name patients; a few do so above it. None of them may, whatever a site's settings say.
 */
public final class QuietLibraries
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
  private static final Logger LOG = LoggerFactory.getLogger(QuietLibraries.class);

  /** What is ours, and the connection pool. */
  private static final List<String> OPEN = List.of("io.spinexr", "com.zaxxer.hikari");

  /** After the settings have been applied. */
  @Override
  public int getOrder() {
    return LoggingApplicationListener.DEFAULT_ORDER + 1;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
    for (LoggerConfiguration logger : logging.getLoggerConfigurations()) {
      LogLevel level = logger.getConfiguredLevel();
      if (level != null
          && level.compareTo(LogLevel.INFO) < 0
          && OPEN.stream().noneMatch(logger.getName()::startsWith)) {
        logging.setLogLevel(logger.getName(), LogLevel.INFO);
        LOG.warn(
            "logging.level.{} is taken as INFO: libraries name patients below it",
            logger.getName().equals(LoggingSystem.ROOT_LOGGER_NAME) ? "root" : logger.getName());
      }
    }
    SilentLoggers.NAMES.forEach(logger -> logging.setLogLevel(logger, LogLevel.OFF));
  }
}
