/**
 * What a model or a model set is, as its folder tells: manifest, hashes, card, scope. No network is
 * opened for it.
 */
package io.spinexr.inference.folder;
