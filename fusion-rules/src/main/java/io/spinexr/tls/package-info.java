/**
 * TLS to archives, EHRs and whoever signs tokens: whom this server trusts, as whom it shows itself,
 * and what is wrong where that fails. Nothing here knows what is asked of them.
 */
package io.spinexr.tls;
