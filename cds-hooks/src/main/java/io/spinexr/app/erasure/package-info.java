/**
 * What a database file still holds of what was erased from its tables, and how that goes. The
 * erasure itself is in {@code io.spinexr.erasure}.
 */
package io.spinexr.app.erasure;
