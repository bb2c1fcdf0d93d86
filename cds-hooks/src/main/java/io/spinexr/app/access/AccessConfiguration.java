package io.spinexr.app.access;

import io.spinexr.access.AccessEvents;
import io.spinexr.app.setting.Settings;
import io.spinexr.audit.AuditTrail;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.EnumSet;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Who is let in: whoever signs in, or everybody. */
@Configuration(proxyBeanMethods = false)
@Import(SignInConfiguration.class)
public class AccessConfiguration {
  /** Also where a filter ahead lets a request wait for its body. */
  static final EnumSet<DispatcherType> DISPATCHES =
      EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);

  @Bean
  AuditTrail auditTrail(DataSource dataSource, Clock clock) {
    return new AuditTrail(dataSource, clock);
  }

  @Bean
  AccessEvents accessEvents(AuditTrail trail) {
    return new AuditedAccess(new AccessLog(), trail);
  }

  @Bean
  FilterRegistrationBean<OpenHouse> openHouse(Settings settings, AccessEvents events) {
    FilterRegistrationBean<OpenHouse> filter = new FilterRegistrationBean<>(new OpenHouse(events));
    filter.setDispatcherTypes(DISPATCHES);
    filter.setEnabled(settings.signIn() == null);
    return filter;
  }
}
