/**
 * Whether a model set may go live at a site: the site's rules, what measuring says of each, and the
 * report that is signed.
 */
package io.spinexr.workshop.acceptance;
