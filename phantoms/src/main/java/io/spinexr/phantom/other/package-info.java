/** Images that show no spine, or none as it should be: what a check of images has to refuse. */
package io.spinexr.phantom.other;
