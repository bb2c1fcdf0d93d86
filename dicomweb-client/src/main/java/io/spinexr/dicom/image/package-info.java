/**
 * From a radiograph's pixels to the 8-bit image that networks see, and what is doubtful about it.
 * Frames are decoded in {@code dicom.pixel}.
 */
package io.spinexr.dicom.image;
