/**
 * The published networks as graphs. Their checkpoints and names are in {@code
 * inference.architecture}.
 */
package io.spinexr.inference.network;
