/**
 * What an imaging order or a study is about: the patient, the part of the spine, the images as the
 * archive describes them, and what a short text says of it.
 */
package io.spinexr.study;
