/**
 * JPEG: sequential of 8 and 12 bits, and lossless (ITU-T T.81). JPEG-LS and JPEG 2000 share nothing
 * with it but the name.
 */
package io.spinexr.dicom.codec.jpeg;
