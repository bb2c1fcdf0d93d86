/**
 * Stored pixel values of a frame, and the modality and VOI transforms of PS3.3 C.11. Which of them
 * is applied is decided in {@code dicom.image}.
 */
package io.spinexr.dicom.pixel;
