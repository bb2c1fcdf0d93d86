package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class QuietLibrariesTest {
  private static final class Nothing {}

  private static Logger log(String name) {
    return LoggerFactory.getLogger(name);
  }

  @Test
  void lowersNoLibraryBelowInfoWhateverASiteSets(CapturedOutput output) {
    new SpringApplicationBuilder(Nothing.class)
        .web(WebApplicationType.NONE)
        .run(
            "--logging.level.root=DEBUG",
            "--logging.level.org.hibernate.orm.jdbc.bind=TRACE",
            "--logging.level.org.apache.coyote=WARN",
            "--logging.level.com.zaxxer.hikari=DEBUG",
            "--logging.level.io.spinexr.fhir=DEBUG")
        .close();

    assertThat(log("org.hibernate.orm.jdbc.bind").isDebugEnabled()).isFalse();
    assertThat(log("org.hibernate.orm.jdbc.bind").isInfoEnabled()).isTrue();
    assertThat(log("any.library").isDebugEnabled()).isFalse();
    assertThat(log("org.apache.coyote").isInfoEnabled()).isFalse();
    assertThat(log("ca.uhn.fhir.rest.server.RestfulServer").isErrorEnabled()).isFalse();
    assertThat(log("com.zaxxer.hikari.pool").isDebugEnabled()).isTrue();
    assertThat(log("io.spinexr.fhir.server").isDebugEnabled()).isTrue();
    assertThat(output)
        .contains("logging.level.root is taken as INFO")
        .contains("logging.level.org.hibernate.orm.jdbc.bind is taken as INFO")
        .doesNotContain("logging.level.com.zaxxer", "logging.level.io.spinexr");
  }
}
