/**
 * Synthetic spine radiographs with exact ground truth: anatomy, lesions, and how they are put
 * together to the easy family of phantoms. How shapes become pixels is in {@code drawing}, the hard
 * family in {@code hard}, what makes DICOM files of both in {@code study}.
 */
package io.spinexr.phantom;
