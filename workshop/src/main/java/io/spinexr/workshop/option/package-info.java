/**
 * Options that several commands of the workshop share: which annotated images, which model set or
 * stored predictions. What the commands do with them is in other rooms.
 */
package io.spinexr.workshop.option;
