/**
 * DICOM files (PS3.10): read with limits, written, and the transfer syntaxes that they come in.
 * What their elements mean is not known here.
 */
package io.spinexr.dicom.file;
