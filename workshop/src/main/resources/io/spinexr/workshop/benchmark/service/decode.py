"""Prints how many milliseconds pydicom takes for the pixels of a file, when everything is warm.

    python3 decode.py FILE
"""

import sys
import time
import warnings

import pydicom

warnings.simplefilter("ignore")


def milliseconds():
    image = pydicom.dcmread(sys.argv[1])
    image.PixelData  # is read now, not within the time
    start = time.perf_counter()
    image.pixel_array
    return 1000 * (time.perf_counter() - start)


milliseconds()
print(milliseconds())
