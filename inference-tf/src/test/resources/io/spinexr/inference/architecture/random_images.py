"""Images of blocks and noise, in shapes that are no multiples of anything, for the reference programs beside this file."""
import numpy as np
from PIL import Image

SIZES = {'a': (300, 200), 'b': (260, 417), 'c': (640, 301)}  # height, width


def image(seed, height, width):
    random = np.random.RandomState(seed)
    coarse = random.randint(0, 256, (height // 20 + 1, width // 20 + 1)).astype(np.uint8)
    blocks = np.kron(coarse, np.ones((20, 20), np.uint8))[:height, :width]
    return Image.fromarray((blocks // 2 + random.randint(0, 120, (height, width))).astype(np.uint8))


def save():
    """Writes them as PNG into the working directory and gives them back by name."""
    images = {name: image(seed, *size) for seed, (name, size) in enumerate(SIZES.items())}
    for name, picture in images.items():
        picture.save(name + '.png')
    return images
