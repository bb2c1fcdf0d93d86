package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.Person;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down who was let in and who was not; of what was asked for and allowed the log of requests
 * tells. Reasons may name patients, so they are not written here.
 */
final class AccessLog implements AccessEvents {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  @Override
  public void happened(AccessEvent event) {
    if (event.kind() != Kind.REQUEST || !event.allowed()) {
      LOG.atInfo()
          .addKeyValue("kind", event.kind().name().toLowerCase(Locale.ROOT))
          .addKeyValue("allowed", event.allowed())
          .addKeyValue("person", event.person().map(Person::key).orElse("nobody"))
          .addKeyValue("roles", event.person().map(Person::rolesDisplay).orElse(""))
          .addKeyValue("what", event.what().replaceAll("\\p{Cntrl}", "?"))
          .log("access");
    }
  }
}
