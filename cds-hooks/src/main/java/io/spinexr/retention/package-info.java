/**
 * The end of what is kept: how long that is, and the nightly job that removes what is older. What a
 * person takes back is {@code outcome}'s.
 */
package io.spinexr.retention;
