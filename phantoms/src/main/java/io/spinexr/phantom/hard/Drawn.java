package io.spinexr.phantom.hard;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.LesionBox;

/**
 * Something on the image that a reader may mark.
 *
 * @param box what it is, or, if it is no lesion, what it looks like
 * @param lesion whether it is one
 * @param plainness from 0, hardly visible, to 1
 */
record Drawn(LesionBox box, boolean lesion, double plainness) {
  LesionType type() {
    return box.type();
  }
}
