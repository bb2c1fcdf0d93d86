/**
 * What every request passes before anything else sees it: which paths there can be, how bodies
 * arrive, how much one caller may take. What an address means, and who may ask, is not known here.
 */
package io.spinexr.app.door;
