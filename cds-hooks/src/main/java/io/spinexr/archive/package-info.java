/**
 * Asks the archives: which studies are the patient's, which are the order's own, and whether an
 * archive behaves. What is listed of one study is in {@code archive.study}, whose it is in {@code
 * archive.patient}.
 */
package io.spinexr.archive;
