package io.spinexr.fhir;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.spinexr.fhir.guard.SilentLoggers;
import org.slf4j.Logger;

/**
 * What tests log that start no server, on standard error: as much as a server's settings can ask
 * for, because {@code ./spinexr test} looks for patients in it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class AllLogged extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern("%-5level %logger{0} %m %kvp%n");
    lines.start();
    ConsoleAppender<ILoggingEvent> errors = new ConsoleAppender<>();
    errors.setContext(context);
    errors.setTarget("System.err");
    errors.setEncoder(lines);
    errors.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    context.getLogger("io.spinexr").setLevel(Level.TRACE);
    SilentLoggers.NAMES.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(errors);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
