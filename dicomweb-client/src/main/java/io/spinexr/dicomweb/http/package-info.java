/**
 * Connections to an archive: credentials, TLS, redirects, retries. Nothing here knows of studies.
 */
package io.spinexr.dicomweb.http;
