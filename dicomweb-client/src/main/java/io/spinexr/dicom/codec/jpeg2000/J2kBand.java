package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.jpeg2000.header.J2kArea;

/**
 * A subband of a tile (ISO 15444-1, B.5).
 *
 * @param area in its own coordinates
 * @param planeX column of its first coefficient in the tile's plane
 * @param planeY row of its first coefficient
 * @param right 1 if it holds the high frequencies of rows, else 0
 * @param down 1 if it holds the high frequencies of columns, else 0
 * @param bitPlanes that a coefficient can have, with those of a raised region of interest (E-2)
 * @param step of quantization, in grey levels; 1 where nothing is quantized
 */
record J2kBand(
    J2kArea area, int planeX, int planeY, int right, int down, int bitPlanes, float step) {}
