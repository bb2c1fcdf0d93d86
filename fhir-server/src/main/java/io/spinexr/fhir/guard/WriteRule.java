package io.spinexr.fhir.guard;

import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;

/** What a client may make of a resource. */
public interface WriteRule {
  /**
   * @param before as it is stored; empty for a new one, and for one that was deleted
   * @param after as it would be stored
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException if that is refused
   */
  void check(Optional<Resource> before, Resource after);

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException if it may not be
   *     deleted
   */
  default void checkDelete(Resource before) {}
}
