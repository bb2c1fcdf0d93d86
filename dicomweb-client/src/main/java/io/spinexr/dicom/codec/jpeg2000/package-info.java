/**
 * JPEG 2000 (ISO 15444-1): from packets to pixel cells. What the codestream says of itself is read
 * in {@code header}.
 */
package io.spinexr.dicom.codec.jpeg2000;
