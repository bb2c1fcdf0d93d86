/**
 * What is found on radiographs: lesion types, boxes, findings per image and study, and the models
 * that found them.
 */
package io.spinexr.finding;
