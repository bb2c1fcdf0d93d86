/** The one image type that crosses modules: an 8-bit radiograph. */
package io.spinexr.image;
