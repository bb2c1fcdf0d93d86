/**
 * JSON in and out over HTTP, with errors that name the field and the rule. Nothing here knows what
 * CDS Hooks are about.
 */
package io.spinexr.cds.wire;
