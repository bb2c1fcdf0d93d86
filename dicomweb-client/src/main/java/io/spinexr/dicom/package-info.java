/**
 * DICOM data sets: elements, value representations, character sets, and their JSON (PS3.5, PS3.18
 * annex F). Files are in {@code dicom.file}, pixels in {@code dicom.pixel}.
 */
package io.spinexr.dicom;
