/**
 * Choosing a model set's threshold on annotated images, and the new version of the set that has it.
 */
package io.spinexr.workshop.calibration;
