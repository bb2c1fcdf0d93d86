/**
 * From attenuation along the beam to stored values: X-ray units with their habits, photons,
 * scatter, blur and the processing for display. Nothing here knows what is in the image.
 */
package io.spinexr.phantom.hard.exposure;
