package io.spinexr.archive;

/**
 * A study that belongs to an order's patient, as the archive told at the last search.
 *
 * @param instances of the whole study
 * @param radiographs those in series of spine radiographs; 0 when the study shows something else
 * @param own whether the images were made for this very order
 */
public record LinkedStudy(String studyUid, int instances, int radiographs, boolean own) {}
