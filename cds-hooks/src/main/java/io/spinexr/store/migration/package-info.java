/**
 * Migrations that are written in Java because SQL cannot read stored JSON; those in SQL are
 * resources of this package. A released one never changes.
 */
package io.spinexr.store.migration;
