"""EfficientDet (Tan et al. 2020) in plain PyTorch, written from the published architecture, with effdet's keys."""
import functools

import torch
import torch.nn.functional as F
from torchvision.ops import batched_nms

CLASSES = 7
KERNELS, STRIDES = (3, 3, 5, 3, 5, 5, 3), (1, 2, 2, 2, 1, 2, 1)
B0 = ((1, 2, 2, 3, 3, 4, 1), (16, 24, 40, 80, 112, 192, 320))  # blocks and channels per stage
B1 = ((2, 3, 3, 4, 4, 5, 2), (16, 24, 40, 80, 112, 192, 320))
B2 = ((2, 3, 3, 4, 4, 5, 2), (16, 24, 48, 88, 120, 208, 352))
# The level (0 is P3) and the inputs of each node of a cell; inputs 0 to 4 are P3 to P7, input 5 is the first node.
NODES = ((3, (3, 4)), (2, (2, 5)), (1, (1, 6)), (0, (0, 7)), (1, (1, 7, 8)), (2, (2, 6, 9)), (3, (3, 5, 10)), (4, (4, 11)))
LEVEL = [0, 1, 2, 3, 4] + [level for level, _ in NODES]


@functools.lru_cache(maxsize=None)
def level_anchors(level, rows, columns, device):
    """Centre y, centre x, height and width of every anchor of a level (0 is P3), [rows * columns * 9, 4]."""
    stride = 2 ** (level + 3)
    sides = [4 * stride * 2 ** (octave / 3) for octave in (0, 1, 2)]
    shapes = torch.tensor([(h * side, w * side) for side in sides for w, h in ((1.0, 1.0), (1.4, 0.7), (0.7, 1.4))])
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing='ij')
    centers = (torch.stack((y, x), 2).reshape(-1, 1, 2) + 0.5) * stride
    return torch.cat((centers.expand(-1, 9, 2), shapes.expand(len(centers), 9, 2)), 2).reshape(-1, 4).to(device)


class EfficientDet:
    """A functional network that makes each weight at its first use."""

    def __init__(self, backbone, channels, cells, tensorflow, seed):
        self.backbone, self.channels, self.cells, self.tensorflow = backbone, channels, cells, tensorflow
        self.random = torch.Generator().manual_seed(seed)
        self.weights = {}

    def weight(self, key, shape, mean, deviation):
        if key not in self.weights:
            self.weights[key] = torch.randn(shape, generator=self.random) * deviation + mean
        return self.weights[key]

    def pad(self, x, kernel, stride, value=0.0):
        if not self.tensorflow:
            return F.pad(x, (kernel // 2,) * 4, value=value)
        margins = []
        for size in (x.shape[3], x.shape[2]):
            missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            margins += [missing // 2, missing - missing // 2]
        return F.pad(x, margins, value=value)

    def conv(self, x, key, out, kernel=1, stride=1, bias=None, gain=1.0):
        w = self.weight(key + '.weight', (out, x.shape[1], kernel, kernel), 0, gain * (1.5 / (x.shape[1] * kernel**2)) ** 0.5)
        b = None if bias is None else self.weight(key + '.bias', (out,), bias, 0.1)
        return F.conv2d(self.pad(x, kernel, stride), w, b, stride)

    def depthwise(self, x, key, kernel, stride=1):
        w = self.weight(key + '.weight', (x.shape[1], 1, kernel, kernel), 0, 1.3 / kernel)
        return F.conv2d(self.pad(x, kernel, stride), w, None, stride, groups=x.shape[1])

    def norm(self, x, key, eps):
        c = (x.shape[1],)
        scale, shift = self.weight(key + '.weight', c, 1, 0.1), self.weight(key + '.bias', c, 0, 0.1)
        if key + '.running_var' not in self.weights:
            # Near the statistics of the first images, so that signals keep their size through the network.
            spread = x.var((0, 2, 3)) * (0.8 + 0.4 * torch.rand(c, generator=self.random))
            self.weights[key + '.running_mean'] = x.mean((0, 2, 3)) + 0.1 * spread.sqrt()
            self.weights[key + '.running_var'] = spread + 0.01
            self.weights[key + '.num_batches_tracked'] = torch.tensor(1)
        mean = self.weights[key + '.running_mean']
        return F.batch_norm(x, mean, self.weights[key + '.running_var'], scale, shift, False, 0.0, eps)

    def block(self, x, key, kernel, stride, out, expands):
        eps = 1e-3 if self.tensorflow else 1e-5
        squeezed, y = x.shape[1] // 4, x
        names = ('bn1', 'bn2', 'bn3') if expands else (None, 'bn1', 'bn2')
        if expands:
            y = F.silu(self.norm(self.conv(y, key + 'conv_pw', 6 * x.shape[1]), key + names[0], eps))
        y = F.silu(self.norm(self.depthwise(y, key + 'conv_dw', kernel, stride), key + names[1], eps))
        s = F.silu(self.conv(y.mean((2, 3), keepdim=True), key + 'se.conv_reduce', squeezed, bias=0.0))
        y = y * torch.sigmoid(self.conv(s, key + 'se.conv_expand', y.shape[1], bias=0.5))
        y = self.norm(self.conv(y, key + ('conv_pwl' if expands else 'conv_pw'), out), key + names[2], eps)
        return x + y if stride == 1 and x.shape[1] == out else y

    def stages(self, x):
        eps = 1e-3 if self.tensorflow else 1e-5
        x = F.silu(self.norm(self.conv(x, 'backbone.conv_stem', 32, 3, 2), 'backbone.bn1', eps))
        outputs = []
        for stage, (blocks, out) in enumerate(zip(*self.backbone)):
            for i in range(blocks):
                key = f'backbone.blocks.{stage}.{i}.'
                x = self.block(x, key, KERNELS[stage], STRIDES[stage] if i == 0 else 1, out, stage > 0)
            outputs.append(x)
        return [outputs[2], outputs[4], outputs[6]]

    def pool(self, x):
        return F.max_pool2d(self.pad(x, 3, 2, -float('inf')), 3, 2)

    def project(self, x, key):
        if x.shape[1] == self.channels:
            return x
        x = self.conv(x, key + 'conv.conv', self.channels, bias=0.0 if self.tensorflow else None)
        return self.norm(x, key + 'conv.bn', 1e-3)

    def separable(self, x, key):
        bias = 0.0 if self.tensorflow else None
        return self.conv(self.depthwise(x, key + '.conv_dw', 3), key + '.conv_pw', self.channels, bias=bias)

    def pyramid(self, maps):
        maps = list(maps)
        for i in (3, 4):
            maps.append(self.pool(self.project(maps[-1], f'fpn.resample.{i}.')))
        for cell in range(self.cells):
            for node, (level, inputs) in enumerate(NODES):
                key = f'fpn.cell.{cell}.fnode.{node}.'
                edges = self.weight(key + 'combine.edge_weights', (len(inputs),), 0.8, 0.6).clamp(min=0)
                fused = 0
                for edge, number in zip(edges, inputs):
                    x = self.project(maps[number], f'{key}combine.resample.{number}.')
                    if LEVEL[number] < level:
                        x = self.pool(x)
                    elif LEVEL[number] > level:
                        x = F.interpolate(x, scale_factor=2, mode='nearest')
                    fused = fused + edge * x / (edges.sum() + 1e-4)
                key += 'after_combine.conv'
                maps.append(self.norm(self.separable(F.silu(fused), key), key + '.bn', 1e-3))
            maps = maps[-5:]
        return maps

    def head(self, levels, name, outputs, bias, gain):
        results = []
        for level, x in enumerate(levels):
            for i in range(3):
                x = F.silu(self.norm(self.separable(x, f'{name}.conv_rep.{i}'), f'{name}.bn_rep.{i}.{level}.bn', 1e-3))
            x = self.depthwise(x, name + '.predict.conv_dw', 3)
            results.append(self.conv(x, name + '.predict.conv_pw', 9 * outputs, bias=bias, gain=gain))
        return results

    def layers(self, x):
        stages = self.stages(x)
        levels = self.pyramid(stages)
        return stages, levels, self.head(levels, 'class_net', CLASSES, -4.6, 0.8), self.head(levels, 'box_net', 4, 0.0, 0.2)

    def detections(self, x, height, width):
        """Of an image whose part beyond height and width is padding."""
        logits, codes, anchors = [], [], []
        _, levels, level_logits, level_codes = self.layers(x)
        for i in range(5):
            logits.append(level_logits[i][0].permute(1, 2, 0).reshape(-1, CLASSES))
            codes.append(level_codes[i][0].permute(1, 2, 0).reshape(-1, 4))
            anchors.append(level_anchors(i, *levels[i].shape[2:], x.device))
        logits, codes, anchors = torch.cat(logits), torch.cat(codes), torch.cat(anchors)
        best, index = logits.flatten().topk(min(5000, logits.numel()))
        labels, index = index % CLASSES, index // CLASSES
        anchors, codes, scores = anchors[index], codes[index], best.sigmoid()
        centers = anchors[:, :2] + codes[:, :2] * anchors[:, 2:]
        halves = anchors[:, 2:] * codes[:, 2:].exp() / 2
        limit = torch.tensor([height, width], device=x.device)
        low = torch.minimum((centers - halves).clamp(min=0), limit).flip(1)
        high = torch.minimum((centers + halves).clamp(min=0), limit).flip(1)
        boxes = torch.cat((low, high), 1)
        kept = batched_nms(boxes, scores, labels, 0.5)[:100]
        return boxes[kept], scores[kept], labels[kept]
