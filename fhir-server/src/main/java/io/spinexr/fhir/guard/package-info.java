/** What foreign writes over HTTP must keep. Our own writes are in process and do not meet it. */
package io.spinexr.fhir.guard;
