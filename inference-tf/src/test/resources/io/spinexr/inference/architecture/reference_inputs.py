#!/usr/bin/env python3
"""Makes the inputs for which reference_networks.json holds the reference implementation's outputs.

    /usr/bin/python3 reference_inputs.py checkpoint densenet121 out.pth     # also densenet169, densenet201, sparse-rcnn-r50
    /usr/bin/python3 reference_inputs.py image 200 640 480 out.png          # seed, height, width
    /usr/bin/python3 reference_inputs.py all FOLDER                         # every checkpoint and image

Weights are random but fixed by each tensor's name, so no weight file has to travel. Needs python3-numpy, python3-torch
and python3-pil from Debian. reference_networks.json: per network the checkpoint's tensors (name -> shape, the layout of
the published checkpoints) and per image the outputs of the reference implementation (PyTorch 1.13, CPU, float32):
 - classifiers: mean of the resized 8-bit image, logit, probability (resize 224x224, mean/std as in the checkpoint);
 - detector: size after the shortest-edge-800 resize, sampled values of FPN levels and of each head's logits and boxes
   (`at` = flat index in `shape`; boxes in resized pixels), final boxes in original pixels, scores, labels, NMS at IoU 0.7.
"""
import json, os, sys, zlib
import numpy as np

def weights(name, shape):
    """The tensor `name` of the random checkpoint, float32."""
    generator = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))
    count = int(np.prod(shape)) if shape else 1
    if name == 'init_proposal_boxes.weight':
        boxes = generator.random(count, dtype=np.float32).reshape(shape)
        boxes[:, 2:] = 0.1 + 0.3 * boxes[:, 2:]
        return boxes
    noise = generator.standard_normal(count, dtype=np.float32).reshape(shape)
    if name.endswith('running_var'): return (1.0 + 0.2 * np.abs(noise)).astype(np.float32)
    if name.endswith('running_mean'): return (0.1 * noise).astype(np.float32)
    if 'norm' in name and name.endswith('weight') and len(shape) == 1: return (1.0 + 0.05 * noise).astype(np.float32)
    if name.endswith('bias'): return (0.02 * noise).astype(np.float32)
    fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 1
    gain = (0.5 if 'conv3' in name or 'shortcut' in name else 0.3 if 'bboxes_delta' in name else 2.0 if 'class_logits' in name
            else 0.7 if 'denselayer' in name else 0.5 if name.startswith('head.heads') else 0.1 if 'stem.0' in name else 1.0)
    return (noise * np.float32(gain * np.sqrt((2.0 if 'backbone' in name else 1.0) / fan_in))).astype(np.float32)

def image(seed, height, width):
    """An 8-bit test image: 16-pixel blocks with noise."""
    random = np.random.RandomState(seed)
    small = random.randint(0, 256, (height // 16 + 1, width // 16 + 1)).astype(np.uint8)
    blocks = np.kron(small, np.ones((16, 16), np.uint8))[:height, :width]
    return ((blocks.astype(np.int32) + random.randint(0, 40, (height, width))) % 256).astype(np.uint8)

def checkpoint(network):
    import torch
    shapes = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference_networks.json')))[network]['tensors']
    fixed = {'pixel_mean': [103.53, 116.28, 123.675], 'pixel_std': [1.0, 1.0, 1.0]}
    state = {}
    for name, shape in shapes.items():
        if name in fixed: state[name] = torch.tensor(fixed[name]).view(3, 1, 1)
        elif name.endswith('num_batches_tracked'): state[name] = torch.tensor(0)
        else: state[name] = torch.from_numpy(np.ascontiguousarray(weights(name, tuple(shape)))).reshape(tuple(shape))
    return {'model': state}

if __name__ == '__main__':
    if len(sys.argv) == 4 and sys.argv[1] == 'checkpoint':
        import torch
        torch.save(checkpoint(sys.argv[2]), sys.argv[3])
    elif len(sys.argv) == 6 and sys.argv[1] == 'image':
        from PIL import Image
        Image.fromarray(image(*map(int, sys.argv[2:5]))).save(sys.argv[5])
    elif len(sys.argv) == 3 and sys.argv[1] == 'all':
        import torch
        from PIL import Image
        networks = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference_networks.json')))
        for network, reference in networks.items():
            torch.save(checkpoint(network), os.path.join(sys.argv[2], network + '.pth'))
            for i in reference['images']:
                pixels = image(i['seed'], i['height'], i['width'])
                Image.fromarray(pixels).save(os.path.join(sys.argv[2], '%d.png' % i['seed']))
    else:
        sys.exit(__doc__)
