"""Writes torchvision networks with random weights, images, and what torchvision computes on them, into a folder."""
import json
import os
import sys

import numpy as np
import torch
import torchvision
from PIL import Image
from torchvision.models.detection import fasterrcnn_resnet50_fpn, retinanet_resnet50_fpn

import random_images

SHORTEST, LONGEST = 320, 520
os.chdir(sys.argv[1])
torch.manual_seed(5)
torch.set_grad_enabled(False)


def randomize(model, gains):
    """Signals keep their size through the network; the heads' gains spread the scores."""
    for name, tensor in model.state_dict().items():
        if name.endswith('num_batches_tracked'):
            continue
        if name.endswith('running_var'):
            tensor.uniform_(0.8, 1.2)
        elif name.endswith('running_mean'):
            tensor.normal_(0, 0.1)
        elif tensor.dim() == 1:
            norm = name.endswith('weight')
            scale = 0.3 if 'bn3' in name else 1.0
            tensor.normal_(scale if norm else 0.0, 0.05)
        else:
            gain = next((g for part, g in gains.items() if part in name), 1.0)
            tensor.normal_(0, gain * float(np.sqrt(2.0 / tensor[0].numel())))
    return model.eval()


images = random_images.save()
expected = {}
for name in ('densenet121', 'densenet169', 'densenet201'):
    model = randomize(getattr(torchvision.models, name)(weights=None, num_classes=1), {'denselayer': 0.7, 'classifier': 0.3})
    torch.save(model.state_dict(), name + '.pth')
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    expected[name] = {}
    for key, image in images.items():
        pixels = np.asarray(image.resize((224, 224), Image.BILINEAR)).astype(np.float32) / 255
        x = ((torch.from_numpy(pixels)[..., None] - mean) / std).permute(2, 0, 1)[None]
        logit = model(x)[0, 0]
        expected[name][key] = {'logit': float(logit), 'probability': float(torch.sigmoid(logit))}

detectors = {
    'faster-rcnn-r50-fpn': (fasterrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=8, min_size=SHORTEST, max_size=LONGEST),
        {'fpn': 0.5, 'rpn.head.cls': 0.2, 'rpn.head.bbox': 0.05, 'cls_score': 0.3, 'bbox_pred': 0.1}, 1),
    'retinanet-r50-fpn': (retinanet_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=7, min_size=SHORTEST, max_size=LONGEST),
        {'fpn': 0.5, 'cls_logits': 0.5, 'bbox_reg': 0.1}, 0),
}
for name, (model, gains, first) in detectors.items():
    randomize(model, gains)
    if first == 0:
        model.head.classification_head.cls_logits.bias.fill_(-6.8)
    torch.save(model.state_dict(), name + '.pth')
    expected[name] = {}
    for key, image in images.items():
        x = torch.from_numpy(np.asarray(image).astype(np.float32) / 255).expand(3, -1, -1)
        result = model([x])[0]
        area = (result['boxes'][:, 2:] > result['boxes'][:, :2]).all(1)  # SpineXR reports no boxes without area
        result = {field: values[area] for field, values in result.items()}
        expected[name][key] = {
            'boxes': result['boxes'].tolist(),
            'scores': result['scores'].tolist(),
            'labels': (result['labels'] - first).tolist(),
        }
print(json.dumps(expected))
