/** JPEG-LS, lossless and near-lossless (ITU-T T.87). */
package io.spinexr.dicom.codec.jpegls;
