package io.spinexr.fhir.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {
  @Test
  void isNotFilledByAFloodAndSaysWhatItLeftOut() {
    MovingClock clock = new MovingClock();
    RefusalLog refusals = new RefusalLog(clock);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger log = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    log.addAppender(lines);
    try {
      for (int i = 0; i < 1000; i++) {
        refusals.refused("there is none");
      }
      assertThat(lines.list).hasSize(RefusalLog.PER_MINUTE);

      clock.pass(Duration.ofMinutes(1));
      lines.list.clear();
      refusals.refused("jti: used before");
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(
              "940 more client tokens were refused for reasons not told",
              "A client token was refused: jti: used before");
    } finally {
      log.detachAppender(lines);
    }
  }
}
