"""Lets the plain PyTorch Sparse R-CNN that the benchmark times detect on images in a folder.

The folder has sparse-rcnn-r50.pth and images whose names, without their ends, are the other arguments. It gets
portrait.png and landscape.png, which are reduced to smaller sizes. The detections on all are printed.
"""
import json
import os
import sys

import numpy as np
import torch
from PIL import Image

from reference_inputs import image
from sparse_rcnn import SparseRcnn

os.chdir(sys.argv[1])
torch.set_grad_enabled(False)
network = SparseRcnn(50).eval()
network.load_state_dict(torch.load('sparse-rcnn-r50.pth')['model'])
mean = torch.tensor([103.53, 116.28, 123.675]).view(1, 3, 1, 1)


def detections(picture, shortest, longest):
    scale = min(shortest / min(picture.size), longest / max(picture.size))
    width, height = (int(scale * side + 0.5) for side in picture.size)
    pixels = np.array(picture.resize((width, height), Image.BILINEAR)).astype(np.float32)
    boxes, scores, labels = network(torch.from_numpy(pixels) - mean)
    factor = torch.tensor([picture.width / width, picture.height / height] * 2)
    area = (boxes[:, 2:] > boxes[:, :2]).all(1)  # SpineXR reports no boxes without area
    return {'boxes': (boxes * factor)[area].tolist(), 'scores': scores[area].tolist(), 'labels': labels[area].tolist()}


Image.fromarray(image(7, 501, 333)).save('portrait.png')
Image.fromarray(image(8, 270, 611)).save('landscape.png')
sizes = {name: (800, 1333) for name in sys.argv[2:]}
sizes.update(portrait=(300, 450), landscape=(300, 450))  # become 299 x 450 and 450 x 199 pixels
print(json.dumps({name: detections(Image.open(name + '.png'), *size) for name, size in sizes.items()}))
