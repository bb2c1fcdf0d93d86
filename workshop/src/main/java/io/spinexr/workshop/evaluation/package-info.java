/**
 * What a model set says of images whose truth is known, and the report on it. The measures
 * themselves are in {@code io.spinexr.evaluation}.
 */
package io.spinexr.workshop.evaluation;
