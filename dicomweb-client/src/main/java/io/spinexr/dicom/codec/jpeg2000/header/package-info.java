/**
 * What a JPEG 2000 codestream says of itself: boxes, markers, sizes, coding, quantization,
 * progression. No coefficient is decoded here.
 */
package io.spinexr.dicom.codec.jpeg2000.header;
