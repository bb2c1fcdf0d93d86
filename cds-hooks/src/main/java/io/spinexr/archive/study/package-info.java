/**
 * What an archive lists of one study, what it has rejected, and where each image can be had. Which
 * study that is was decided before.
 */
package io.spinexr.archive.study;
