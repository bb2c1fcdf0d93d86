/**
 * The hospital's identity provider: a real one, by Spring Authorization Server, with a handful of
 * people. Who may do what at SpineXR is none of its business.
 */
package io.spinexr.phantom.issuer;
