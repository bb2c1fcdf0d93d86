"""Writes radiographs with what DICOM's own grayscale pipeline makes of each, by pydicom and numpy.

    python3 standard_images.py FOLDER

Per case NAME.dcm, NAME.gray (the 8-bit image) and NAME.clip (two percentages). Modality LUT and VOI
come from pydicom's apply_modality_lut and apply_voi_lut, percentiles from numpy. What pydicom leaves
to its users is done here: a window's or LUT's whole output range is black to white, padding is left
out and black, Presentation LUT Shape goes before the photometric interpretation.
"""

import pathlib
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])


def dataset(pixels, stored=12, signed=False, photometric="MONOCHROME2", **attributes):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, "1.2.3"
    ds.Rows, ds.Columns, ds.SamplesPerPixel = *pixels.shape, 1
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, stored, stored - 1
    ds.PixelRepresentation = int(signed)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    for name, value in attributes.items():
        setattr(ds, name, value)
    ds.PixelData = pixels.astype("<i2" if signed else "<u2").tobytes()
    return ds


def table(first, bits, entries, signed=False):
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if signed else "US", [len(entries), first, bits])
    item.add_new("LUTData", "OW", np.array(entries, "<u2").tobytes())
    return [item]


def curve(count, bits):
    return np.rint((2**bits - 1) * np.linspace(0, 1, count) ** 0.6)


def output_range(ds, real):
    """Black and white of what apply_voi_lut gives."""
    if ds.get("VOILUTSequence"):
        return 0, 2 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1
    if "WindowCenter" in ds:
        # An image that is far below and far above the window shows pydicom's own range.
        far = np.array([-1e9, 1e9])
        black, white = apply_voi_lut(far, ds)
        return black, white
    return None


def expected(ds, clip):
    pixels = ds.pixel_array
    padding = np.zeros(pixels.shape, bool)
    if "PixelPaddingValue" in ds:
        ends = sorted([ds.PixelPaddingValue, ds.get("PixelPaddingRangeLimit", ds.PixelPaddingValue)])
        padding = (pixels >= ends[0]) & (pixels <= ends[1])
    real = apply_modality_lut(pixels, ds)
    span = output_range(ds, real)
    if ds.get("VOILUTSequence"):
        real = np.rint(real).astype(int)
    shown = apply_voi_lut(real, ds) if span else real
    black, white = span or (shown[~padding].min(), shown[~padding].max())
    bright = np.clip((shown - black) / (white - black), 0, 1)
    inverse = ds.get("PresentationLUTShape", "").upper() == "INVERSE"
    if "PresentationLUTShape" not in ds:
        inverse = ds.PhotometricInterpretation == "MONOCHROME1"
    if inverse:
        bright = 1 - bright
    if clip != (0, 100):
        low, high = np.percentile(bright[~padding], clip)
        bright = np.clip((bright - low) / (high - low), 0, 1)
    bright[padding] = 0
    return (bright * 255).astype(np.uint8)


def case(name, ds, clip=(0, 100)):
    path = folder / f"{name}.dcm"
    ds.save_as(path, write_like_original=False)
    gray = expected(pydicom.dcmread(path), clip)
    assert len(np.unique(gray)) > 100, name
    gray.tofile(folder / f"{name}.gray")
    (folder / f"{name}.clip").write_text("%g %g" % clip)


rng = np.random.default_rng(5)
y, x = np.mgrid[0:220, 0:160]
image = np.clip(np.rint(400 + 9 * x + 6 * y + rng.normal(0, 80, x.shape)), 0, 4095).astype(int)
image[5, 5], image[6, 6] = 0, 4095
signed = image - 2048
padded = image.clip(1).copy()
padded[:, :20] = 0
window = {"WindowCenter": 1700, "WindowWidth": 1500}

case("plain", dataset(image))
case("signed", dataset(signed, signed=True))
case("monochrome1", dataset(image, photometric="MONOCHROME1"))
case("window", dataset(image, **window))
case("window-exact", dataset(image, VOILUTFunction="LINEAR_EXACT", **window))
case("window-sigmoid", dataset(image, VOILUTFunction="SIGMOID", **window))
case("windows", dataset(image, WindowCenter=[1700, 10], WindowWidth=[1500, 20]))
case("window-monochrome1", dataset(image, photometric="MONOCHROME1", **window))
case("inverse", dataset(image, PresentationLUTShape="INVERSE", **window))
case("identity-1", dataset(image, photometric="MONOCHROME1", PresentationLUTShape="IDENTITY"))
case("inverse-1", dataset(image, photometric="MONOCHROME1", PresentationLUTShape="inverse"))
density = {"RescaleSlope": 0.25, "RescaleIntercept": -3, "WindowCenter": 420, "WindowWidth": 400}
case("rescale", dataset(image, **density))
case("rescale-signed", dataset(signed, signed=True, **density | {"WindowCenter": -20}))
case("falling", dataset(image, RescaleSlope=-1, RescaleIntercept=4095, **window))
case("falling-plain", dataset(image, RescaleSlope=-1, RescaleIntercept=4095))
modality = {"ModalityLUTSequence": table(100, 16, curve(3000, 10))}
case("modality", dataset(image, **modality, WindowCenter=600, WindowWidth=500))
case("modality-voi", dataset(image, **modality, VOILUTSequence=table(200, 12, curve(700, 12))))
case("voi-12", dataset(image, VOILUTSequence=table(500, 12, curve(2500, 12))))
case("voi-16", dataset(image, VOILUTSequence=table(500, 16, curve(2500, 16)), **window))
# With 8 bits pydicom counts places above the table modulo 256.
below = image.clip(1300, 1755)
case("voi-8", dataset(below, VOILUTSequence=table(1500, 8, curve(256, 8))))
case("voi-empty", dataset(image, VOILUTSequence=[], **window))
voi = table(-1500, 12, curve(2500, 12), signed=True)
case("voi-signed", dataset(signed, signed=True, VOILUTSequence=voi))
case("padding", dataset(padded, PixelPaddingValue=0))
case("padding-monochrome1", dataset(padded, photometric="MONOCHROME1", PixelPaddingValue=0))
case("padding-range", dataset(padded, PixelPaddingValue=0, PixelPaddingRangeLimit=500))
case("padding-window", dataset(padded, PixelPaddingValue=0, **window))
case("clipped", dataset(image), (0.5, 99))
case("clipped-window", dataset(image, **window), (20, 80.5))
case("clipped-padding", dataset(padded, photometric="MONOCHROME1", PixelPaddingValue=0), (1, 97))
case("clipped-dark", dataset(image), (30, 100))
