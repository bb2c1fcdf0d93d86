/**
 * How well a classifier and a detector do on labelled images, as VinDr-SpineXR reports it (section
 * 3.1): curves, Youden's threshold, confusion matrix, average precision, and bootstrap intervals.
 */
package io.spinexr.evaluation;
