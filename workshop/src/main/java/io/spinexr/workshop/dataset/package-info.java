/**
 * Data sets of annotated radiographs in the layout of VinDr-SpineXR: their tables, and phantoms
 * written as one. What a network makes of them is not here.
 */
package io.spinexr.workshop.dataset;
