/** Brings the audit to a syslog server. */
@NullMarked
package io.spinexr.syslog;

import org.jspecify.annotations.NullMarked;
