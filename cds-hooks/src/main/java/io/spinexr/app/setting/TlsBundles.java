package io.spinexr.app.setting;

import io.spinexr.tls.TlsContext;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;

/** Certificates for connections to others, by the names of Spring Boot's SSL bundles. */
@FunctionalInterface
public interface TlsBundles {
  /**
   * What the bundle's truststore holds is trusted beside Java's own; its keystore is shown to who
   * asks. A bundle that is renewed counts for the next connection.
   *
   * @param key of the setting that names the bundle, without spinexr
   * @param bundle empty for what Java does by itself
   * @throws Mistake if there is no such bundle, or its files cannot be read
   */
  SSLContext context(String key, String bundle);

  /** Those of a server. */
  static TlsBundles of(SslBundles bundles) {
    return (key, bundle) -> {
      if (bundle.isEmpty()) {
        return TlsContext.ofJava();
      }
      try {
        AtomicReference<SSLContext> now = new AtomicReference<>(context(bundles.getBundle(bundle)));
        bundles.addBundleUpdateHandler(bundle, renewed -> renew(bundle, renewed, now));
        return TlsContext.following(now::get);
      } catch (NoSuchSslBundleException e) {
        throw new Mistake(
            "spinexr.%s names %s, which is no bundle: spring.ssl.bundle.pem.%2$s or .jks.%2$s must be set."
                .formatted(key, bundle),
            e);
      } catch (RuntimeException e) {
        throw new Mistake(
            "The SSL bundle %s, which spinexr.%s names, cannot be used: %s."
                .formatted(bundle, key, reason(e)),
            e);
      }
    };
  }

  /** Spring's watch over the files ends with what is thrown here. */
  private static void renew(String name, SslBundle renewed, AtomicReference<SSLContext> now) {
    try {
      now.set(context(renewed));
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(TlsBundles.class)
          .error(
              "the renewed SSL bundle {} cannot be used, so the old one is: {}", name, reason(e));
    }
  }

  private static String reason(RuntimeException failure) {
    return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
  }

  private static SSLContext context(SslBundle bundle) {
    return TlsContext.of(
        bundle.getManagers().getKeyManagers(), bundle.getManagers().getTrustManagers());
  }
}
