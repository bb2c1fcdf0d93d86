/**
 * Synthetic spine radiographs with exact ground truth: anatomy, lesions, and how they are put
 * together. How shapes become pixels is in {@code drawing}, what makes DICOM files of them in
 * {@code study}.
 */
package io.spinexr.phantom;
