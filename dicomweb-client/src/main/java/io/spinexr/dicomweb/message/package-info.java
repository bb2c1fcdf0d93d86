/**
 * The bodies of answers within limits of size and time: media types, parts, compression, and the
 * failure that all of the client tells of.
 */
package io.spinexr.dicomweb.message;
