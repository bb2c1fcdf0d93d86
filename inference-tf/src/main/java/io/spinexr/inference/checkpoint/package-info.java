/**
 * Trained weights from elsewhere as named arrays: PyTorch checkpoints (zip and legacy {@code
 * torch.save} files) and {@code .safetensors}. A pickle is read, never executed.
 */
package io.spinexr.inference.checkpoint;
