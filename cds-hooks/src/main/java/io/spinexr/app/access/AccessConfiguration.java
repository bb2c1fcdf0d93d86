package io.spinexr.app.access;

import io.spinexr.access.AccessEvents;
import io.spinexr.app.setting.Settings;
import io.spinexr.audit.AuditTrail;
import io.spinexr.store.OrderStore;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.RequestContextFilter;

/** Who is let in: whoever signs in, or everybody. */
@Configuration(proxyBeanMethods = false)
@Import(SignInConfiguration.class)
public class AccessConfiguration {
  /** Also where a filter ahead lets a request wait for its body. */
  static final EnumSet<DispatcherType> DISPATCHES =
      EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);

  /** So that it is known, wherever a request is looked at, which address it came from. */
  @Bean
  FilterRegistrationBean<RequestContextFilter> requestContext() {
    FilterRegistrationBean<RequestContextFilter> filter =
        new FilterRegistrationBean<>(new RequestContextFilter());
    filter.setDispatcherTypes(DISPATCHES);
    filter.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER - 1);
    return filter;
  }

  @Bean
  AuditTrail auditTrail(DataSource dataSource, Clock clock) {
    return new AuditTrail(dataSource, AccessConfiguration::address, clock);
  }

  /** Where the request comes from that this thread answers. */
  private static Optional<String> address() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes http
        ? Optional.of(http.getRequest().getRemoteAddr())
        : Optional.empty();
  }

  @Bean
  AccessEvents accessEvents(AuditTrail trail, DataSource dataSource) {
    return new AuditedAccess(new AccessLog(), trail, new OrderStore(dataSource));
  }

  @Bean
  Denial denial() {
    return new Denial();
  }

  @Bean
  FilterRegistrationBean<OpenHouse> openHouse(
      Settings settings, AccessEvents events, Denial denial) {
    FilterRegistrationBean<OpenHouse> filter =
        new FilterRegistrationBean<>(new OpenHouse(events, denial));
    filter.setDispatcherTypes(DISPATCHES);
    filter.setEnabled(settings.signIn() == null);
    return filter;
  }
}
