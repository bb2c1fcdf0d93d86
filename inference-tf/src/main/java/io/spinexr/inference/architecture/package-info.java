/**
 * The published networks by name, and how their checkpoints become model folders: key layouts,
 * import, and what a model computes on an image, so that it can be compared with another program.
 */
package io.spinexr.inference.architecture;
