"""Faster R-CNN and RetinaNet as Detectron2's model zoo configures them (Base-RCNN-FPN, Base-RetinaNet), written once more
in plain PyTorch. Writes random weights under Detectron2's keys and images into a folder, and prints what the networks
find on the images with the stride of a bottleneck in its first convolution and in its 3x3 one.

Arguments: folder, and optionally shortest edge, longest edge (800 and 1333 in the model zoo) and depth, 50 or 101.
"""
import json
import math
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torchvision.ops import batched_nms, roi_align

import random_images

SHORTEST, LONGEST, DEPTH = [int(argument) for argument in sys.argv[2:]] or (256, 448, 50)
CLASSES = 7
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}[DEPTH]
BOX_CLAMP = math.log(1000 / 16)
os.chdir(sys.argv[1])
torch.manual_seed(11)
torch.set_grad_enabled(False)


class Weights(dict):
    """Signals keep their size through the network; the heads' gains spread the scores."""

    def convolution(self, key, out, channels, kernel, gain=1.0, bias=True):
        deviation = gain * math.sqrt(2 / (channels * kernel * kernel))
        self[key + '.weight'] = torch.randn(out, channels, kernel, kernel) * deviation
        if bias:
            self[key + '.bias'] = torch.randn(out) * 0.05

    def linear(self, key, out, channels, gain=1.0):
        self[key + '.weight'] = torch.randn(out, channels) * gain * math.sqrt(2 / channels)
        self[key + '.bias'] = torch.randn(out) * 0.05

    def normalised(self, key, out, channels, kernel, gain=1.0, scale=1.0):
        self.convolution(key, out, channels, kernel, gain, bias=False)
        self[key + '.norm.weight'] = scale + torch.randn(out) * 0.05
        self[key + '.norm.bias'] = torch.randn(out) * 0.05
        self[key + '.norm.running_mean'] = torch.randn(out) * 0.1
        self[key + '.norm.running_var'] = 0.8 + torch.rand(out) * 0.4

    def backbone(self, finest):
        self.normalised('backbone.bottom_up.stem.conv1', 64, 3, 7, 1 / 57)  # the image's deviation is not divided by
        channels = 64
        for stage, blocks in enumerate(BLOCKS, 2):
            out = 64 << stage
            for i in range(blocks):
                key = f'backbone.bottom_up.res{stage}.{i}.'
                self.normalised(key + 'conv1', out // 4, channels, 1)
                self.normalised(key + 'conv2', out // 4, out // 4, 3)
                self.normalised(key + 'conv3', out, out // 4, 1, scale=1.2 / math.sqrt(sum(BLOCKS)))
                if i == 0:
                    self.normalised(key + 'shortcut', out, channels, 1)
                channels = out
        for stage in range(finest, 6):
            self.convolution(f'backbone.fpn_lateral{stage}', 256, 64 << stage, 1, 0.5)
            self.convolution(f'backbone.fpn_output{stage}', 256, 256, 3, 0.5)

    def conv(self, x, key, stride=1):
        weight = self[key + '.weight']
        x = F.conv2d(x, weight, self.get(key + '.bias'), stride, weight.shape[-1] // 2)
        if key + '.norm.weight' not in self:
            return x
        norm = [self[f'{key}.norm.{name}'] for name in ('running_mean', 'running_var', 'weight', 'bias')]
        return F.batch_norm(x, *norm, training=False, eps=1e-5)

    def fc(self, x, key):
        return F.linear(x, self[key + '.weight'], self[key + '.bias'])

    def pyramid(self, image, finest, stride_in_1x1):
        """The levels from the finest on, and the backbone's last stage."""
        x = F.max_pool2d(F.relu(self.conv(image, 'backbone.bottom_up.stem.conv1', 2)), 3, 2, 1)
        stages = {}
        for stage, blocks in enumerate(BLOCKS, 2):
            for i in range(blocks):
                key = f'backbone.bottom_up.res{stage}.{i}.'
                stride = 2 if i == 0 and stage > 2 else 1
                y = F.relu(self.conv(x, key + 'conv1', stride if stride_in_1x1 else 1))
                y = F.relu(self.conv(y, key + 'conv2', 1 if stride_in_1x1 else stride))
                y = self.conv(y, key + 'conv3')
                x = F.relu(y + (self.conv(x, key + 'shortcut', stride) if i == 0 else x))
            stages[stage] = x
        levels, above = [], None
        for stage in range(5, finest - 1, -1):
            lateral = self.conv(stages[stage], f'backbone.fpn_lateral{stage}')
            above = lateral if above is None else lateral + F.interpolate(above, scale_factor=2, mode='nearest')
            levels.insert(0, self.conv(above, f'backbone.fpn_output{stage}'))
        return levels, stages[5]


def cell_anchors(sizes):
    """Every size in every aspect ratio (height / width)."""
    anchors = []
    for size in sizes:
        for ratio in (0.5, 1.0, 2.0):
            width = math.sqrt(size ** 2 / ratio)
            height = ratio * width
            anchors.append([-width / 2, -height / 2, width / 2, height / 2])
    return torch.tensor(anchors)


def grid_anchors(cells, level, stride):
    y, x = [torch.arange(0, size * stride, stride, dtype=torch.float) for size in level.shape[-2:]]
    y, x = torch.meshgrid(y, x, indexing='ij')
    shifts = torch.stack([x, y, x, y], -1).reshape(-1, 1, 4)
    return (shifts + cells).reshape(-1, 4)


def per_anchor(x, values):
    """[1, anchors * values, height, width] to [height * width * anchors, values]"""
    return x.view(-1, values, *x.shape[-2:]).permute(2, 3, 0, 1).reshape(-1, values)


def decode(differences, boxes, weights=(1, 1, 1, 1)):
    size = boxes[:, 2:] - boxes[:, :2]
    centre = boxes[:, :2] + 0.5 * size + differences[:, :2] / torch.tensor(weights[:2], dtype=torch.float) * size
    scale = (differences[:, 2:] / torch.tensor(weights[2:], dtype=torch.float)).clamp(max=BOX_CLAMP)
    half = 0.5 * torch.exp(scale) * size
    return torch.cat([centre - half, centre + half], 1)


def clip(boxes, size):
    height, width = size
    return torch.minimum(boxes.clamp(min=0), torch.tensor([width, height, width, height], dtype=torch.float))


def has_area(boxes):
    return ((boxes[:, 2:] - boxes[:, :2]) > 0).all(1)


class FasterRcnn(Weights):
    STRIDES = (4, 8, 16, 32, 64)
    CELLS = [cell_anchors([size]) for size in (32, 64, 128, 256, 512)]

    def __init__(self):
        super().__init__()
        self.samples = set()
        self.backbone(2)
        for i, cells in enumerate(self.CELLS):
            self[f'proposal_generator.anchor_generator.cell_anchors.{i}'] = cells
        self.convolution('proposal_generator.rpn_head.conv', 256, 256, 3)
        self.convolution('proposal_generator.rpn_head.objectness_logits', 3, 256, 1, 0.2)
        self.convolution('proposal_generator.rpn_head.anchor_deltas', 12, 256, 1, 0.1)
        self.linear('roi_heads.box_head.fc1', 1024, 256 * 49)
        self.linear('roi_heads.box_head.fc2', 1024, 1024)
        self.linear('roi_heads.box_predictor.cls_score', CLASSES + 1, 1024, 0.3)
        self.linear('roi_heads.box_predictor.bbox_pred', CLASSES * 4, 1024, 0.1)

    def proposals(self, levels, size):
        boxes, scores, level_of = [], [], []
        for i, level in enumerate(levels):
            hidden = F.relu(self.conv(level, 'proposal_generator.rpn_head.conv'))
            logits = per_anchor(self.conv(hidden, 'proposal_generator.rpn_head.objectness_logits'), 1)[:, 0]
            differences = per_anchor(self.conv(hidden, 'proposal_generator.rpn_head.anchor_deltas'), 4)
            best, index = logits.topk(min(1000, len(logits)))
            boxes.append(decode(differences, grid_anchors(self.CELLS[i], level, self.STRIDES[i]))[index])
            scores.append(best)
            level_of.append(torch.full_like(index, i))
        boxes, scores, level_of = clip(torch.cat(boxes), size), torch.cat(scores), torch.cat(level_of)
        keep = has_area(boxes)
        boxes, scores, level_of = boxes[keep], scores[keep], level_of[keep]
        return boxes[batched_nms(boxes, scores, level_of, 0.7)[:1000]]

    def regions(self, levels, boxes):
        side = torch.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
        chosen = torch.floor(4 + torch.log2(side / 224 + 1e-8)).clamp(2, 5).long() - 2
        result = torch.zeros(len(boxes), 256, 7, 7)
        for i, level in enumerate(levels):
            mine, scale = boxes[chosen == i], 1 / self.STRIDES[i]
            result[chosen == i] = roi_align(level, [mine], 7, scale, sampling_ratio=0, aligned=True)
            self.samples.update(torch.ceil((mine[:, 2:] - mine[:, :2]) * scale / 7).long().flatten().tolist())
        return result

    def detect(self, image, size, stride_in_1x1):
        levels, _ = self.pyramid(image, 2, stride_in_1x1)
        proposals = self.proposals(levels + [F.max_pool2d(levels[-1], 1, 2)], size)
        hidden = F.relu(self.fc(self.regions(levels, proposals).flatten(1), 'roi_heads.box_head.fc1'))
        hidden = F.relu(self.fc(hidden, 'roi_heads.box_head.fc2'))
        scores = self.fc(hidden, 'roi_heads.box_predictor.cls_score').softmax(1)[:, :-1]
        differences = self.fc(hidden, 'roi_heads.box_predictor.bbox_pred').view(-1, 4)
        boxes = decode(differences, proposals.repeat_interleave(CLASSES, 0), (10, 10, 5, 5))
        boxes = clip(boxes, size).view(-1, CLASSES, 4)
        mask = scores > 0.05
        labels = mask.nonzero()[:, 1]
        boxes, scores = boxes[mask], scores[mask]
        keep = batched_nms(boxes, scores, labels, 0.5)[:100]
        return boxes[keep], scores[keep], labels[keep]


class RetinaNet(Weights):
    STRIDES = (8, 16, 32, 64, 128)
    CELLS = [cell_anchors([size * 2 ** (i / 3) for i in range(3)]) for size in (32, 64, 128, 256, 512)]

    def __init__(self):
        super().__init__()
        self.backbone(3)
        self.convolution('backbone.top_block.p6', 256, 2048, 3, 0.5)
        self.convolution('backbone.top_block.p7', 256, 256, 3)
        for subnet in ('cls_subnet', 'bbox_subnet'):
            for i in range(0, 8, 2):
                self.convolution(f'head.{subnet}.{i}', 256, 256, 3)
        self.convolution('head.cls_score', 9 * CLASSES, 256, 3, 0.5)
        self['head.cls_score.bias'].fill_(-6.8)
        self.convolution('head.bbox_pred', 36, 256, 3, 0.1)

    def tower(self, x, subnet):
        for i in range(0, 8, 2):
            x = F.relu(self.conv(x, f'head.{subnet}.{i}'))
        return x

    def detect(self, image, size, stride_in_1x1):
        levels, last = self.pyramid(image, 3, stride_in_1x1)
        p6 = self.conv(last, 'backbone.top_block.p6', 2)
        levels += [p6, self.conv(F.relu(p6), 'backbone.top_block.p7', 2)]
        boxes, scores, labels = [], [], []
        for i, level in enumerate(levels):
            logits = per_anchor(self.conv(self.tower(level, 'cls_subnet'), 'head.cls_score'), CLASSES)
            differences = per_anchor(self.conv(self.tower(level, 'bbox_subnet'), 'head.bbox_pred'), 4)
            all_scores = logits.sigmoid().flatten()
            candidates = (all_scores > 0.05).nonzero()[:, 0]
            best, index = all_scores[candidates].sort(descending=True)
            candidates = candidates[index[:1000]]
            anchor = candidates // CLASSES
            boxes.append(decode(differences[anchor], grid_anchors(self.CELLS[i], level, self.STRIDES[i])[anchor]))
            scores.append(best[:1000])
            labels.append(candidates % CLASSES)
        boxes, scores, labels = torch.cat(boxes), torch.cat(scores), torch.cat(labels)
        keep = batched_nms(boxes, scores, labels, 0.5)[:100]
        return boxes[keep], scores[keep], labels[keep]


def resized(image):
    """Detectron2's ResizeShortestEdge."""
    width, height = image.size
    scale = SHORTEST / min(height, width)
    new_height, new_width = (SHORTEST, scale * width) if height < width else (scale * height, SHORTEST)
    if max(new_height, new_width) > LONGEST:
        scale = LONGEST / max(new_height, new_width)
        new_height, new_width = new_height * scale, new_width * scale
    return image.resize((int(new_width + 0.5), int(new_height + 0.5)), Image.BILINEAR)


def run(network, image, stride_in_1x1):
    small = resized(image)
    pixels = torch.from_numpy(np.asarray(small).astype(np.float32)).expand(3, -1, -1)
    x = pixels - torch.tensor([103.53, 116.28, 123.675]).view(3, 1, 1)
    x = F.pad(x, [0, -small.width % 32, 0, -small.height % 32])[None]
    boxes, scores, labels = network.detect(x, (small.height, small.width), stride_in_1x1)
    factor = torch.tensor([image.width / small.width, image.height / small.height] * 2)
    boxes = clip(boxes * factor, (image.height, image.width))
    keep = has_area(boxes)
    return {'boxes': boxes[keep].tolist(), 'scores': scores[keep].tolist(), 'labels': labels[keep].tolist()}


images = random_images.save()
faster, retina = FasterRcnn(), RetinaNet()
expected = {}
for name, network in (('faster-rcnn', faster), ('retinanet', retina)):
    for stride_in_1x1 in (True, False):
        expected[f'{name} {str(stride_in_1x1).lower()}'] = {
            key: run(network, image, stride_in_1x1) for key, image in images.items()}
# Older files of Detectron2 have pixel_mean, pixel_std and anchors, newer ones do not.
mean = {'pixel_mean': torch.tensor([103.53, 116.28, 123.675]).view(3, 1, 1), 'pixel_std': torch.ones(3, 1, 1)}
training = {'optimizer': {'state': {}, 'param_groups': [{'lr': 0.02}]}, 'iteration': 89999}
torch.save({'model': {**mean, **faster}, **training}, f'faster-rcnn-r{DEPTH}-fpn.pth')
torch.save({'model': dict(retina), **training}, f'retinanet-r{DEPTH}-fpn.pth')
print(json.dumps({'samples': sorted(faster.samples), **expected}))
