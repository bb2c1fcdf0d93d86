/**
 * The one path from the DICOM file of a radiograph to its findings and to their picture. Where the
 * file comes from, and what becomes of the findings, is not known here.
 */
package io.spinexr.radiograph;
