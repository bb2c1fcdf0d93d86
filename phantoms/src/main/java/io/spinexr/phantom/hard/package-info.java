/**
 * The hard family of phantoms: the spine seen through what covers it, by X-ray units with habits,
 * read by one radiologist who errs; and the choice between both families.
 */
package io.spinexr.phantom.hard;
