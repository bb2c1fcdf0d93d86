"""Prints what PyTorch and torchvision say of each loss of a file of inputs: every row's sum, and the gradients."""
import json
import sys

import torch
from torch.nn import functional
from torchvision.ops import generalized_box_iou_loss, sigmoid_focal_loss

LOSSES = {
    'binary-cross-entropy': lambda x, t: functional.binary_cross_entropy_with_logits(x, t, reduction='none'),
    'focal-0.25-2': lambda x, t: sigmoid_focal_loss(x, t, 0.25, 2),
    'focal-0.6-1.5': lambda x, t: sigmoid_focal_loss(x, t, 0.6, 1.5),
    'softmax-cross-entropy': lambda x, t: functional.cross_entropy(x, t, reduction='none'),
    'absolute': lambda x, t: functional.l1_loss(x, t, reduction='none'),
    'smooth-absolute-0.125': lambda x, t: functional.smooth_l1_loss(x, t, reduction='none', beta=0.125),
    'smooth-absolute-20': lambda x, t: functional.smooth_l1_loss(x, t, reduction='none', beta=20.0),
    'generalized-iou': lambda x, t: generalized_box_iou_loss(x, t),
}
with open(sys.argv[1]) as file:
    inputs = json.load(file)
results = {}
for name, given in inputs.items():
    x = torch.tensor(given['input'], dtype=torch.float64, requires_grad=True)
    losses = LOSSES[name](x, torch.tensor(given['truth'], dtype=torch.float64)).reshape(len(x), -1).sum(1)
    losses.sum().backward()
    results[name] = {'losses': losses.tolist(), 'gradients': x.grad.tolist()}
print(json.dumps(results))
