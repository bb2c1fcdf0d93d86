package io.spinexr.evaluation.bootstrap;

/** What the paper's Table 3 says of a classifier, and precision; each in [0,1]. */
public enum ClassifierFigure {
  AUROC,
  F1,
  SENSITIVITY,
  SPECIFICITY,
  PRECISION
}
