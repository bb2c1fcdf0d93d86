"""
COCO's average precision as its definition says it, box by box.

Reads one JSON object per line: {"iou": minimum, "types": how many, "images": [{"annotated":
[[type, x_min, y_min, x_max, y_max, crowd], ...], "detected": [[type, x_min, y_min, x_max, y_max,
score], ...]}, ...]}. Prints the AP of each type, nan where nothing is annotated.
"""
import json
import sys

import numpy as np

RECALLS = np.linspace(0.0, 1.0, 101)
LIMIT = 100


def overlap(detected, annotated):
    """Intersection over union, or over the detection alone if the annotation is a crowd."""
    width = min(detected[3], annotated[3]) - max(detected[1], annotated[1])
    height = min(detected[4], annotated[4]) - max(detected[2], annotated[2])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    area = (detected[3] - detected[1]) * (detected[4] - detected[2])
    if annotated[5]:
        return both / area
    return both / (area + (annotated[3] - annotated[1]) * (annotated[4] - annotated[2]) - both)


def matched(detections, annotations, minimum):
    """(score, is correct) of each detection that counts."""
    # What has to be found comes before what may be ignored.
    annotations = sorted(annotations, key=lambda annotation: annotation[5])
    taken = set()
    for detection in sorted(detections, key=lambda detection: -detection[5])[:LIMIT]:
        best, best_overlap = None, min(minimum, 1 - 1e-10)
        for index, annotation in enumerate(annotations):
            if index in taken and not annotation[5]:
                continue
            if best is not None and annotation[5] and not annotations[best][5]:
                break
            iou = overlap(detection, annotation)
            if iou >= best_overlap:
                best, best_overlap = index, iou
        if best is None:
            yield detection[5], False
        else:
            taken.add(best)
            if not annotations[best][5]:
                yield detection[5], True


def average_precision(case, kind):
    annotated = 0
    matches = []
    for image in case["images"]:
        annotations = [a for a in image["annotated"] if a[0] == kind]
        annotated += sum(not a[5] for a in annotations)
        matches += matched([d for d in image["detected"] if d[0] == kind], annotations, case["iou"])
    if annotated == 0:
        return float("nan")
    order = np.argsort([-score for score, _ in matches], kind="mergesort")
    correct = np.array([is_correct for _, is_correct in matches], dtype=bool)[order.astype(int)]
    true_positives = np.cumsum(correct).astype(float)
    false_positives = np.cumsum(~correct).astype(float)
    recall = true_positives / annotated
    precision = true_positives / (false_positives + true_positives + np.spacing(1))
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, RECALLS, side="left")
    return np.mean([precision[i] if i < len(precision) else 0.0 for i in at])


if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        print(*(repr(float(average_precision(case, kind))) for kind in range(case["types"])))
