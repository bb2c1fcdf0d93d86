"""Reads lines "probability label"; prints AUROC, Youden threshold, sensitivity, specificity, F1 there."""
import sys
import numpy as np
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

rows = np.loadtxt(sys.stdin)
score, label = rows[:, 0], rows[:, 1].astype(int)
fpr, tpr, thresholds = roc_curve(label, score, drop_intermediate=False)
best = np.argmax(tpr - fpr)
verdict = (score >= thresholds[best]).astype(int)
print(*map(repr, map(float, (roc_auc_score(label, score), thresholds[best], tpr[best], 1 - fpr[best],
                             f1_score(label, verdict)))))
