package io.spinexr.phantom;

/** The parts of the spine that phantoms are drawn of. */
public enum Region {
  CERVICAL,
  THORACIC,
  LUMBAR
}
