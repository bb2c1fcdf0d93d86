/**
 * How the classifier and the detector are made to agree: the decision rule of VinDr-SpineXR and its
 * mirror.
 */
package io.spinexr.fusion;
