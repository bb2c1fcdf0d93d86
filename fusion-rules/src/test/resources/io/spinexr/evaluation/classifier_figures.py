"""
Figures of two classifiers on the same images by scikit-learn, scipy and definitions.

Reads one case per line: threshold, then per image "probability other_probability abnormal". Prints
one line of figures per case, in the order of ScikitLearnTest.
"""
import sys

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import binomtest, chi2, norm
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import (
    average_precision_score, brier_score_loss, confusion_matrix, f1_score, log_loss,
    precision_recall_curve, roc_auc_score, roc_curve)

BINS = 15


def curves(label, score):
    fpr, tpr, thresholds = roc_curve(label, score, drop_intermediate=False)
    # The first threshold lies above all scores.
    fpr, tpr, thresholds = fpr[1:], tpr[1:], thresholds[1:]
    best = np.argmax(tpr - fpr)
    precision, recall, _ = precision_recall_curve(label, score)
    # Ascending, with (1, 0) at the end.
    precision, recall = precision[-2::-1], recall[-2::-1]
    return [roc_auc_score(label, score), thresholds[best], tpr[best], fpr[best],
            average_precision_score(label, score), *thresholds, *tpr, *fpr,
            *precision[:len(thresholds)], *recall[:len(thresholds)]]


def at_threshold(label, score, threshold):
    verdict = (score >= threshold).astype(int)
    tn, fp, fn, tp = confusion_matrix(label, verdict, labels=[0, 1]).ravel()
    return [f1_score(label, verdict, zero_division=0), tp / (tp + fn), tn / (tn + fp),
            tp / (tp + fp) if tp + fp else float("nan")]


def calibration(label, score):
    true, predicted = calibration_curve(label, score, n_bins=BINS)
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], score)
    counts = np.bincount(bins)
    counts = counts[counts > 0]
    error = np.sum(counts * np.abs(true - predicted)) / len(label)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(score, label)
    return [brier_score_loss(label, score), log_loss(label, score, labels=[0, 1]), error,
            *isotonic.predict(np.linspace(0, 1, 11)), temperature(label, score)]


def temperature(label, score):
    logits = logit(np.clip(score, 1e-6, 1 - 1e-6))

    def slope(factor):
        return np.sum(logits * (expit(factor * logits) - label))

    low, high = 0.01, 100.0
    if slope(low) >= 0:
        return 1 / low
    if slope(high) <= 0:
        return 1 / high
    return 1 / brentq(slope, low, high, xtol=1e-15, rtol=1e-14)


def delong(label, first, second):
    """From the comparison of every abnormal image with every normal one."""
    pairs = [np.heaviside(score[label == 1][:, None] - score[label == 0][None, :], 0.5)
             for score in (first, second)]
    s10 = np.cov([p.mean(axis=1) for p in pairs])
    s01 = np.cov([p.mean(axis=0) for p in pairs])
    covariance = s10 / np.sum(label == 1) + s01 / np.sum(label == 0)
    difference = pairs[0].mean() - pairs[1].mean()
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    if abs(difference) < 1e-12:
        p = 1.0
    elif variance < 1e-15:
        p = 0.0
    else:
        p = 2 * norm.sf(abs(difference) / np.sqrt(variance))
    return [pairs[0].mean(), pairs[1].mean(), covariance[0, 0], covariance[1, 1], covariance[0, 1], p]


def mcnemar(label, first, second, threshold):
    right = [(score >= threshold) == (label == 1) for score in (first, second)]
    b, c = np.sum(right[0] & ~right[1]), np.sum(right[1] & ~right[0])
    if b + c == 0:
        return [1.0]
    if b + c < 25:
        return [binomtest(int(b), int(b + c)).pvalue]
    return [chi2.sf(max(0, abs(int(b) - int(c)) - 1) ** 2 / (b + c), 1)]


for line in sys.stdin:
    numbers = np.array(line.split(), dtype=float)
    threshold, images = numbers[0], numbers[1:].reshape(-1, 3)
    first, second, label = images[:, 0], images[:, 1], images[:, 2].astype(int)
    figures = (at_threshold(label, first, threshold) + calibration(label, first)
               + delong(label, first, second) + mcnemar(label, first, second, threshold)
               + curves(label, first))
    print(*(repr(float(figure)) for figure in figures))
