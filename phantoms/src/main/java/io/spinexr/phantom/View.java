package io.spinexr.phantom;

/** From where the X-rays come. */
public enum View {
  /** From the side: the patient looks to one edge of the image. */
  LATERAL,
  /** From the front (anteroposterior): the patient's right is at the left edge. */
  AP
}
