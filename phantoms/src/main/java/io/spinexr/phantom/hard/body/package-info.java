/**
 * The bodies of the hard family: a patient's spine with its bones and spurs, and all that lies
 * before and behind it. How they come onto a detector is in {@code exposure}.
 */
package io.spinexr.phantom.hard.body;
