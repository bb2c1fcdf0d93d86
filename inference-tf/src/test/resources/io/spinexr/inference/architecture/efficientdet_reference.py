"""Lets the plain PyTorch EfficientDet that the benchmark times compute into a folder.

Weights are random and named as in effdet's checkpoints. The folder gets the checkpoints, images, and the tensors between
image and detections; the detections are printed.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import random_images
from efficientdet import B0, B1, B2, EfficientDet

LONGEST = 256
os.chdir(sys.argv[1])
torch.set_grad_enabled(False)


def normalized(pixels):
    x = torch.from_numpy(np.array(pixels)).float()[None, None] / 255
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1)


def resized(picture):
    scale = min(LONGEST / picture.height, LONGEST / picture.width)
    return picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.BILINEAR)


def padded(small):
    return F.pad(normalized(small), (0, LONGEST - small.width, 0, LONGEST - small.height))


def detect(network, picture):
    small = resized(picture)
    boxes, scores, labels = network.detections(padded(small), small.height, small.width)
    factor = torch.tensor([picture.width / small.width, picture.height / small.height] * 2)
    area = (boxes[:, 2:] > boxes[:, :2]).all(1)  # SpineXR reports no boxes without area
    return {'boxes': (boxes * factor)[area].tolist(), 'scores': scores[area].tolist(), 'labels': labels[area].tolist()}


pictures = random_images.save()
wide = np.array(random_images.image(9, 400, 600).resize((384, 256), Image.BILINEAR))
wide.tofile('wide.bin')

expected = {}
networks = {
    'efficientdet-d0': EfficientDet(B0, 64, 3, False, 1),
    'tf-efficientdet-d0': EfficientDet(B0, 64, 3, True, 2),
    'efficientdet-d1': EfficientDet(B1, 88, 4, False, 3),
    'tf-efficientdet-d2': EfficientDet(B2, 112, 5, True, 4),
}
for name, network in networks.items():
    network.layers(torch.cat([padded(resized(picture)) for picture in pictures.values()]))
    expected[name] = {key: detect(network, picture) for key, picture in pictures.items()}
    torch.save(network.weights, name + '.pth')
    for part, tensors in zip(('stages', 'levels', 'logits', 'differences'), network.layers(normalized(wide))):
        for i, tensor in enumerate(tensors):
            tensor.permute(0, 2, 3, 1).contiguous().numpy().astype('<f4').tofile(f'{name}.{part}.{i}')
print(json.dumps(expected))
