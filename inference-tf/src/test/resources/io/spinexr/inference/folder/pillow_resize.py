"""Resizes raw 8-bit images: each line of the list has a file, its width and height, and new ones."""

import sys

from PIL import Image

for line in open(sys.argv[1]):
    file, width, height, new_width, new_height = line.split()
    pixels = open(file, "rb").read()
    image = Image.frombytes("L", (int(width), int(height)), pixels)
    resized = image.resize((int(new_width), int(new_height)), Image.BILINEAR)
    open(file + ".out", "wb").write(resized.tobytes())
