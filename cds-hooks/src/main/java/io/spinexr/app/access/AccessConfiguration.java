package io.spinexr.app.access;

import io.spinexr.app.setting.Settings;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
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
  FilterRegistrationBean<OpenHouse> openHouse(Settings settings) {
    FilterRegistrationBean<OpenHouse> filter = new FilterRegistrationBean<>(new OpenHouse());
    filter.setDispatcherTypes(DISPATCHES);
    filter.setEnabled(settings.signIn() == null);
    return filter;
  }
}
