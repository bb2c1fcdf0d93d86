/**
 * A small DICOMweb archive of a folder of files, for the demo and for tests. It is no archive for
 * production: it knows no users, and reads what it holds at every start.
 */
package io.spinexr.phantom.archive;
