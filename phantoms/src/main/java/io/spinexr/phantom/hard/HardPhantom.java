package io.spinexr.phantom.hard;

import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.hard.body.Patient;
import io.spinexr.phantom.hard.exposure.Exposure;
import java.util.List;

/**
 * A phantom of the hard family and what is known of it.
 *
 * @param phantom the image, with the lesions that its reader marked
 * @param truth the lesions that were drawn, whether or not anybody could see them, but those that
 *     lie more than half beyond the edge
 * @param study the number that phantoms of the same study share
 * @param number of the image in its study, from 1
 */
public record HardPhantom(
    Phantom phantom,
    List<LesionBox> truth,
    Patient patient,
    Exposure exposure,
    long study,
    int number) {
  public HardPhantom {
    truth = List.copyOf(truth);
  }
}
