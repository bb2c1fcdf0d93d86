/**
 * What an imaging order or a study is about: the part of the spine, and what a short text says of
 * it.
 */
package io.spinexr.study;
