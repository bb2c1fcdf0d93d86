/**
 * Predictions for the images of a data set: made by a model set, kept in files that other programs
 * write and read, too, and read again. How good they are is not known here.
 */
package io.spinexr.workshop.prediction;
