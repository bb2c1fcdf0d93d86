"""Sparse R-CNN (Sun et al. 2021) in plain PyTorch, with the keys of the reference implementation's checkpoints."""
import math

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import batched_nms, roi_align

CHANNELS, DYNAMIC, HIDDEN, BINS = 256, 64, 2048, 7
CLASSES, PROPOSALS, HEADS = 7, 100, 6
DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


class NormalizedConv(nn.Conv2d):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(super().forward(x))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = NormalizedConv(inputs, width, 1)
        self.conv2 = NormalizedConv(width, width, 3, stride)
        self.conv3 = NormalizedConv(width, 4 * width, 1)
        self.shortcut = NormalizedConv(inputs, 4 * width, 1, stride) if inputs != 4 * width else nn.Identity()

    def forward(self, x):
        return F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x))))) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.stem = nn.ModuleDict({'conv1': NormalizedConv(3, 64, 7, 2)})
        inputs = 64
        for stage, blocks in enumerate(DEPTHS[depth]):
            width = 64 << stage
            first = Bottleneck(inputs, width, 1 if stage == 0 else 2)
            rest = [Bottleneck(4 * width, width, 1) for _ in range(blocks - 1)]
            self.add_module(f'res{stage + 2}', nn.Sequential(first, *rest))
            inputs = 4 * width

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem['conv1'](x)), 3, 2, 1)
        stages = []
        for stage in (self.res2, self.res3, self.res4, self.res5):
            x = stage(x)
            stages.append(x)
        return stages


class Pyramid(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.bottom_up = ResNet(depth)
        for level in (2, 3, 4, 5):
            self.add_module(f'fpn_lateral{level}', nn.Conv2d(64 << level, CHANNELS, 1))
            self.add_module(f'fpn_output{level}', nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1))

    def forward(self, x):
        levels, inner = [], None
        for level, stage in zip((5, 4, 3, 2), reversed(self.bottom_up(x))):
            lateral = getattr(self, f'fpn_lateral{level}')(stage)
            inner = lateral if inner is None else lateral + F.interpolate(inner, scale_factor=2.0, mode='nearest')
            levels.insert(0, getattr(self, f'fpn_output{level}')(inner))
        return levels


def region_features(levels, boxes):
    """ROIAlignV2 with 2 x 2 samples per bin; each box reads the level that fits its size."""
    sizes = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sqrt()
    chosen = (4 + torch.log2(sizes / 224 + 1e-8)).floor().clamp(2, 5).long() - 2
    features = boxes.new_zeros(boxes.shape[0], CHANNELS, BINS, BINS)
    for i, level in enumerate(levels):
        index = torch.nonzero(chosen == i).flatten()
        features[index] = roi_align(level, [boxes[index]], (BINS, BINS), 1 / (4 << i), 2, True)
    return features


class DynamicInteraction(nn.Module):
    def __init__(self):
        super().__init__()
        self.dynamic_layer = nn.Linear(CHANNELS, 2 * CHANNELS * DYNAMIC)
        self.norm1, self.norm2 = nn.LayerNorm(DYNAMIC), nn.LayerNorm(CHANNELS)
        self.out_layer = nn.Linear(CHANNELS * BINS * BINS, CHANNELS)
        self.norm3 = nn.LayerNorm(CHANNELS)

    def forward(self, x, regions):
        first, second = self.dynamic_layer(x).split(CHANNELS * DYNAMIC, 1)
        y = regions.flatten(2).transpose(1, 2)
        y = F.relu(self.norm1(torch.bmm(y, first.view(-1, CHANNELS, DYNAMIC))))
        y = F.relu(self.norm2(torch.bmm(y, second.view(-1, DYNAMIC, CHANNELS))))
        return F.relu(self.norm3(self.out_layer(y.flatten(1))))


def tower(depth):
    layers = [[nn.Linear(CHANNELS, CHANNELS, bias=False), nn.LayerNorm(CHANNELS), nn.ReLU()] for _ in range(depth)]
    return nn.Sequential(*sum(layers, []))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(CHANNELS, 8)
        self.inst_interact = DynamicInteraction()
        self.linear1, self.linear2 = nn.Linear(CHANNELS, HIDDEN), nn.Linear(HIDDEN, CHANNELS)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(CHANNELS) for _ in range(3))
        self.cls_module, self.reg_module = tower(1), tower(3)
        self.class_logits, self.bboxes_delta = nn.Linear(CHANNELS, CLASSES), nn.Linear(CHANNELS, 4)

    def forward(self, levels, boxes, x):
        regions = region_features(levels, boxes)
        attended = x[:, None]
        x = self.norm1(x + self.self_attn(attended, attended, attended, need_weights=False)[0][:, 0])
        x = self.norm2(x + self.inst_interact(x, regions))
        x = self.norm3(x + self.linear2(F.relu(self.linear1(x))))
        delta = self.bboxes_delta(self.reg_module(x))
        size = boxes[:, 2:] - boxes[:, :2]
        center = boxes[:, :2] + size / 2 + delta[:, :2] / 2 * size
        half = delta[:, 2:].clamp(max=math.log(100000 / 16)).exp() * size / 2
        return self.class_logits(self.cls_module(x)), torch.cat((center - half, center + half), 1), x


class SparseRcnn(nn.Module):
    """
    depth: of the residual network, 50 or 101.
    """

    def __init__(self, depth):
        super().__init__()
        self.backbone = Pyramid(depth)
        self.init_proposal_features = nn.Embedding(PROPOSALS, CHANNELS)
        self.init_proposal_boxes = nn.Embedding(PROPOSALS, 4)
        self.head = nn.ModuleDict({'head_series': nn.ModuleList(Head() for _ in range(HEADS))})

    def forward(self, image):
        """
        image: normalised, [1, 3, height, width] of any size.

        Returns boxes [n, 4] (xmin, ymin, xmax, ymax in pixels of the image), scores [n] and labels [n], highest score first.
        """
        height, width = image.shape[2:]
        levels = self.backbone(F.pad(image, (0, -width % 32, 0, -height % 32)))
        center, size = self.init_proposal_boxes.weight.split(2, 1)
        extent = torch.tensor([width, height] * 2, dtype=torch.float32, device=image.device)
        boxes = torch.cat((center - size / 2, center + size / 2), 1) * extent
        x = self.init_proposal_features.weight
        for head in self.head['head_series']:
            logits, boxes, x = head(levels, boxes, x)
        scores, index = logits.sigmoid().flatten().topk(PROPOSALS)
        boxes, labels = boxes[index // CLASSES], index % CLASSES
        kept = batched_nms(boxes, scores, labels, 0.7)
        return torch.minimum(boxes[kept].clamp(min=0), extent), scores[kept], labels[kept]
