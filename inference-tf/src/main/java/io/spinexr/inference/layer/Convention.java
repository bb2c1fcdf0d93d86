package io.spinexr.inference.layer;

/**
 * Whose details a detector follows. torchvision and Detectron2 implement the same publications, but
 * weights compute what they computed in training only with the details of the library that trained
 * them.
 */
public enum Convention {
  TORCHVISION,
  DETECTRON2
}
