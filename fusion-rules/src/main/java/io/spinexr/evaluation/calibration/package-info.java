/**
 * Whether probabilities mean what they say, and how they are made to: of 100 images with 0.8, 80
 * should be abnormal.
 */
package io.spinexr.evaluation.calibration;
