/**
 * Shapes in millimetres, how they become attenuation and pixels, and the dice that decide. Nothing
 * here knows what a spine is.
 */
package io.spinexr.phantom.drawing;
