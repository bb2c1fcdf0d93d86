package io.spinexr.app.server;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Leaves a failed start to {@link Server#start}, which says it in one sentence. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class QuietReporter implements SpringBootExceptionReporter {
  QuietReporter(ConfigurableApplicationContext context) {}

  @Override
  public boolean reportException(Throwable failure) {
    return true;
  }
}
