/**
 * The demonstration: synthetic studies, their archive and the server in one process, and what an
 * EHR sees of it.
 */
package io.spinexr.workshop.demo;
