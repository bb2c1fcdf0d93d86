package io.spinexr.app.access;

import io.spinexr.app.setting.Settings;
import java.util.Objects;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether people sign in; asks the settings, which are there before any bean is. */
final class OnSignIn implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    return Objects.requireNonNull(context.getBeanFactory()).getBean(Settings.class).signIn()
        != null;
  }
}
