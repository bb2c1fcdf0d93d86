/**
 * What a model set says of images whose truth is known, and how good that is. The measures
 * themselves are in {@code io.spinexr.evaluation}.
 */
package io.spinexr.workshop.evaluation;
