/**
 * Which EHRs may call, and the tokens by which they prove it. What a client may see beyond that is
 * not decided here.
 */
package io.spinexr.cds.token;
