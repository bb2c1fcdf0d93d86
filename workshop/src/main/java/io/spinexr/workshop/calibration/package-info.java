/**
 * Choosing a model set's calibration, threshold and scores on annotated images, and the new version
 * of the set that has them.
 */
package io.spinexr.workshop.calibration;
