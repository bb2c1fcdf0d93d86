/** Whether one classifier is better than another on the same images, or at least no worse. */
package io.spinexr.evaluation.comparison;
