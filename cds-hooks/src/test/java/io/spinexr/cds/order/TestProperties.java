package io.spinexr.cds.order;

import io.spinexr.cds.token.CdsProperties;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings, bound as Spring binds them in the server. */
public final class TestProperties {
  private TestProperties() {}

  /**
   * @param keys without the prefix {@code spinexr.cds.}
   */
  public static CdsProperties with(Map<String, ?> keys) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    keys.forEach((key, value) -> source.put("spinexr.cds." + key, value));
    return new Binder(source).bindOrCreate("spinexr.cds", CdsProperties.class);
  }

  /**
   * @param keys without the prefix {@code spinexr.privacy.}
   */
  public static PrivacyProperties privacy(Map<String, ?> keys) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    keys.forEach((key, value) -> source.put("spinexr.privacy." + key, value));
    return new Binder(source).bindOrCreate("spinexr.privacy", PrivacyProperties.class);
  }
}
