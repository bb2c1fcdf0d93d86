package io.spinexr.app.server;

import io.spinexr.app.setting.NodeRole;
import io.spinexr.app.setting.Settings;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Objects;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What only nodes of a role have. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnRole.Given.class)
@interface OnRole {
  NodeRole value();

  /** Asks the settings, which are there before any bean is. */
  final class Given implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Settings settings = Objects.requireNonNull(context.getBeanFactory()).getBean(Settings.class);
      return settings
          .roles()
          .contains(metadata.getAnnotations().get(OnRole.class).getEnum("value", NodeRole.class));
    }
  }
}
