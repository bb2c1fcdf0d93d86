package io.spinexr.workshop.training.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Losses of logits. All are computed from the logits themselves, so that neither they nor their
 * gradients overflow or become NaN, however large the logits are.
 */
public final class ClassLosses {
  private ClassLosses() {}

  /**
   * Binary cross-entropy of each logit.
   *
   * @param logits of any shape
   * @param truth probabilities in [0, 1], of the same shape
   * @return at least 0, of the same shape
   */
  public static Operand<TFloat32> binaryCrossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> truth) {
    // -t log s(x) - (1 - t) log(1 - s(x)) = softplus(x) - t x
    return tf.math.sub(tf.math.softplus(logits), tf.math.mul(truth, logits));
  }

  /**
   * Focal loss of each logit (Lin et al. 2017, section 3): cross-entropy that counts less the
   * better the logit is already.
   *
   * @param logits of any shape
   * @param truth 0 or 1, of the same shape
   * @param alpha weight in [0, 1] of logits whose truth is 1; the others have 1 - alpha
   * @param gamma how much less easy logits count, at least 0; 0 is weighted cross-entropy
   * @return at least 0, of the same shape
   */
  public static Operand<TFloat32> sigmoidFocal(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> truth, float alpha, float gamma) {
    Operand<TFloat32> other = tf.math.sub(tf.constant(1f), truth);
    // The logit of being right: the logit where the truth is 1, its negative elsewhere.
    Operand<TFloat32> right = tf.math.mul(logits, tf.math.sub(truth, other));
    // (1 - s(x))^gamma = exp(-gamma softplus(x)), whose gradient is finite for every gamma.
    Operand<TFloat32> wrong =
        tf.math.exp(tf.math.mul(tf.math.softplus(right), tf.constant(-gamma)));
    Operand<TFloat32> weight =
        tf.math.add(
            tf.math.mul(truth, tf.constant(alpha)), tf.math.mul(other, tf.constant(1 - alpha)));
    return tf.math.mul(tf.math.mul(weight, wrong), tf.math.softplus(tf.math.neg(right)));
  }

  /**
   * Cross-entropy of classes that exclude each other.
   *
   * @param logits [n, classes]
   * @param truth the probability of each class, [n, classes]; a row of zeros has no loss
   * @return at least 0, [n]
   */
  public static Operand<TFloat32> softmaxCrossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> truth) {
    return tf.math.neg(
        tf.sum(tf.math.mul(truth, tf.nn.logSoftmax(logits)), tf.constant(new int[] {1})));
  }
}
