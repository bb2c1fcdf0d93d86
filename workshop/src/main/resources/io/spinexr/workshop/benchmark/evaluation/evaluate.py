"""Prints AUROC, mAP, and the seconds that one bootstrap of a classifier and of a detector takes.

    python3 evaluate.py FILE CLASSIFIER_RESAMPLES DETECTOR_RESAMPLES

A classifier's figures are AUROC, F1, sensitivity and specificity. A detector's are the average
precision of each type by COCO's definition and their mean; its detections are matched before the
time starts.
"""

import json
import sys
import time

import numpy as np
from sklearn.metrics import f1_score, recall_score, roc_auc_score

with open(sys.argv[1]) as file:
    data = json.load(file)
score = np.array([label["probability"] for label in data["labels"]])
truth = np.array([label["abnormal"] for label in data["labels"]]).astype(int)
verdict = (score >= data["threshold"]).astype(int)


def measure_classifier(drawn):
    # The figures of a resample, of both classes as good as always.
    return [
        roc_auc_score(truth[drawn], score[drawn]),
        f1_score(truth[drawn], verdict[drawn]),
        recall_score(truth[drawn], verdict[drawn]),
        recall_score(truth[drawn], verdict[drawn], pos_label=0),
    ]


def overlaps(box, others):
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = np.prod(np.maximum(sides, 0), axis=1)
    return both / (np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=1) - both)


def match(image, kind):
    """How many boxes are annotated, and the scores of the detections and whether each is right."""
    boxes = np.array([row[1:5] for row in image["annotated"] if row[0] == kind]).reshape(-1, 4)
    detections = sorted((row for row in image["detected"] if row[0] == kind), key=lambda row: -row[5])
    free = np.ones(len(boxes), dtype=bool)
    correct = []
    for row in detections[:100]:
        overlap = np.where(free, overlaps(np.array(row[1:5]), boxes), -1) if len(boxes) else []
        best = np.argmax(overlap) if len(boxes) else -1
        right = best >= 0 and overlap[best] >= data["iou"]
        if right:
            free[best] = False
        correct.append(right)
    return len(boxes), np.array([row[5] for row in detections[:100]]), np.array(correct, dtype=bool)


matches = [[match(image, kind) for image in data["images"]] for kind in range(data["types"])]


def average_precision(per_image):
    annotated = sum(image[0] for image in per_image)
    if annotated == 0:
        return np.nan
    scores = np.concatenate([image[1] for image in per_image])
    correct = np.concatenate([image[2] for image in per_image])
    correct = correct[np.argsort(-scores, kind="mergesort")]
    right = np.cumsum(correct)
    wrong = np.cumsum(~correct)
    precision = right / (right + wrong + np.spacing(1))
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(right / annotated, np.linspace(0, 1, 101), side="left")
    return np.append(precision, 0)[at].mean()


def measure_detector(drawn):
    return np.nanmean([average_precision([per_image[i] for i in drawn]) for per_image in matches])


def seconds(measure, resamples):
    random = np.random.default_rng(7)
    start = time.perf_counter()
    for _ in range(resamples):
        measure(random.integers(0, len(truth), len(truth)))
    return (time.perf_counter() - start) / resamples


everything = np.arange(len(truth))
print(
    measure_classifier(everything)[0],
    measure_detector(everything),
    seconds(measure_classifier, int(sys.argv[2])),
    seconds(measure_detector, int(sys.argv[3])),
)
