package io.spinexr.workshop.prediction;

import io.spinexr.workshop.dataset.ImageSize;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of an image beside its findings.
 *
 * @param size of the original image
 * @param pixels {@link io.spinexr.radiograph.Provenance#hash} of what the networks started from
 */
public record ImageDescription(ImageSize size, Map<Attribute, String> attributes, String pixels) {
  public ImageDescription {
    Objects.requireNonNull(size, "size");
    attributes = Map.copyOf(attributes);
    Objects.requireNonNull(pixels, "pixels");
  }
}
