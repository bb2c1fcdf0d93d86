/**
 * What a card says to whom, and which cards were shown. Whether findings exist is known elsewhere.
 */
package io.spinexr.cds.card;
