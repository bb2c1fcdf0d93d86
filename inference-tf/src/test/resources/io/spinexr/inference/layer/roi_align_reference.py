"""Writes a random pyramid, boxes, and what torchvision's roi_align reads of them, into a folder; prints the samples per
bin and axis that an adaptive grid takes."""
import json
import os
import sys

import torch
from torchvision.ops import roi_align

CHANNELS = 8
HEIGHT, WIDTH = 240, 336
os.chdir(sys.argv[1])
torch.manual_seed(7)


def write(name, tensor):
    tensor.contiguous().numpy().astype('<f4').tofile(name)


levels = [torch.randn(1, CHANNELS, -(-HEIGHT // stride), -(-WIDTH // stride)) for stride in (4, 8, 16, 32)]
for i, level in enumerate(levels):
    write(f'level{i}', level.permute(0, 2, 3, 1))

# Of every size and shape, inside the image, across its edges and outside; then some without area, and some that are as
# large as the smallest of a level.
centre = torch.rand(500, 2) * torch.tensor([1.4 * WIDTH, 1.4 * HEIGHT]) - torch.tensor([0.2 * WIDTH, 0.2 * HEIGHT])
size = torch.exp(torch.rand(500, 2) * 6.5 + 0.5)
boxes = torch.cat([centre - size / 2, centre + size / 2], 1)
limit = torch.tensor([WIDTH, HEIGHT, WIDTH, HEIGHT], dtype=torch.float)
boxes[:200] = torch.minimum(boxes[:200].clamp(min=0), limit)
special = [[50, 60, 50, 90], [9, 9, 9, 9], [0, 0, 112, 112], [5, 8, 61, 232], [0, 0, 224, 224], [-100, -90, 348, 358]]
boxes = torch.cat([boxes, torch.tensor(special)])
write('boxes', boxes)

root = torch.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
counts = set()
for aligned, inside, outside in ((True, 1e-8, 0), (False, 0, 1e-6)):
    chosen = torch.floor(4 + torch.log2(root / 224 + inside) + outside).clamp(2, 5).long() - 2
    for ratio in (2, -1):
        result = torch.zeros(len(boxes), CHANNELS, 7, 7)
        for i, level in enumerate(levels):
            mine = chosen == i
            scale = 1 / (4 << i)
            result[mine] = roi_align(
                level, [boxes[mine]], output_size=7, spatial_scale=scale, sampling_ratio=ratio, aligned=aligned)
            extent = (boxes[mine, 2:] - boxes[mine, :2]) * scale
            counts.update(torch.ceil(extent / 7).long().flatten().tolist())
        write(f'{"aligned" if aligned else "shifted"}{"Adaptive" if ratio < 0 else ratio}', result.permute(0, 2, 3, 1))
print(json.dumps(sorted(counts)))
