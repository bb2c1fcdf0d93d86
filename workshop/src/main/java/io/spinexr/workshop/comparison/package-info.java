/**
 * Two model sets on the same images: their figures, the differences and what tests say of these.
 * How figures of one set are reported is elsewhere.
 */
package io.spinexr.workshop.comparison;
