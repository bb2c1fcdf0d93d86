/**
 * From compressed frames to pixel cells: the compressions of PS3.5 annex A, for images of one
 * component. Hostile data costs no more memory and time than an image of the size that the data set
 * states.
 */
package io.spinexr.dicom.codec;
