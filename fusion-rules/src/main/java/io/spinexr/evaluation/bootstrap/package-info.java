/**
 * How far figures are to be trusted: classifiers and detectors measured again on many resamples of
 * the images. Images are not copied but counted, on ranks that were made once, and on all
 * processors.
 */
package io.spinexr.evaluation.bootstrap;
