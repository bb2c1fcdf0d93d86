/**
 * The DICOMweb client (PS3.18): search, retrieve, store, and what an archive turns out to support.
 * The connection itself is in {@code dicomweb.http}.
 */
package io.spinexr.dicomweb;
