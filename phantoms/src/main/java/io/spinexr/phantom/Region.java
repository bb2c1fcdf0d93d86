package io.spinexr.phantom;

/** The part of the spine that the examination is about. */
public enum Region {
  CERVICAL,
  THORACIC,
  LUMBAR
}
