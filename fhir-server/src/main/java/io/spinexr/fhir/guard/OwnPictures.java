package io.spinexr.fhir.guard;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.result.PictureResource;
import java.util.Optional;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;

/**
 * Nobody else draws for the AI: the id of a picture of ours can be computed, and whatever has it is
 * shown as the AI's.
 */
public record OwnPictures() implements WriteRule {
  @Override
  public void check(Optional<Resource> before, Resource after) {
    if (before.isEmpty() ? oursById(after) : ours(before.get())) {
      throw refusal();
    }
  }

  @Override
  public void checkDelete(Resource before) {
    if (ours(before)) {
      throw refusal();
    }
  }

  /** A client's own may have such an id from before this rule. */
  private static boolean ours(Resource resource) {
    return oursById(resource) && ArtificialIntelligenceLabel.marks(resource);
  }

  private static boolean oursById(Resource resource) {
    return resource instanceof Binary && PictureResource.ours(resource.getIdElement());
  }

  private static UnprocessableEntityException refusal() {
    return new UnprocessableEntityException(
        "Binary.id: pictures with an id of 64 hexadecimal digits are written by SpineXR only");
  }
}
