package io.spinexr.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.spinexr.fhir.guard.SilentLoggers;
import org.slf4j.Logger;

/**
 * Logging of commands that start no server: warnings, on standard error, because standard output is
 * for results. The server configures its own by {@code application.yaml}.
 */
public final class CommandLineLog extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern("%-5level %m%n");
    lines.start();
    ConsoleAppender<ILoggingEvent> errors = new ConsoleAppender<>();
    errors.setContext(context);
    errors.setTarget("System.err");
    errors.setEncoder(lines);
    errors.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    SilentLoggers.NAMES.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(errors);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
