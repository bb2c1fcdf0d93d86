/**
 * The tables and the stored JSON, all SQL on them, and the only place that knows either. What the
 * values mean is in {@code state}.
 */
package io.spinexr.store;
