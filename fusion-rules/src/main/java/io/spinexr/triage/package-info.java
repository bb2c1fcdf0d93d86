/** How soon a study should be read, given what was found on it. */
package io.spinexr.triage;
