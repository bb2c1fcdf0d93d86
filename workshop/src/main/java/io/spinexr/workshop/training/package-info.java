/**
 * Objectives, optimiser and schedule, and the training of the demo models on phantoms. The networks
 * that are trained are in {@code io.spinexr.inference.network}.
 */
package io.spinexr.workshop.training;
