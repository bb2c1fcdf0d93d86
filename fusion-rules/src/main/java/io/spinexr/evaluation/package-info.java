/**
 * How well a classifier and a detector do on labelled images: ROC, Youden's threshold, confusion
 * matrix, bootstrap intervals and average precision, as VinDr-SpineXR reports them (section 3.1).
 */
package io.spinexr.evaluation;
