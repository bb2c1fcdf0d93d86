"""Writes a matrix of DICOM radiographs with what the reference makes of each.

    python3 reference_images.py FOLDER

Per case: NAME.dcm, NAME.stored (stored values, int32 little endian), NAME.gray (the 8-bit image).
The stored values are what this script put in, except where a lossy codec changed them: there they
are what dcmtk decodes. The 8-bit image comes from pydicom's apply_voi_lut and numpy; the fallback
is written after OpenCV's formulas. cases.txt lists the names, transcode.txt the images whose
compression only an archive can undo.
"""

import pathlib
import subprocess
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import apply_voi_lut
from pydicom.uid import generate_uid

warnings.simplefilter("ignore")
np.seterr(all="ignore")

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
DEFLATED, BIG = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
DEPTHS = [(8, 8), (8, 6), (16, 8), (16, 10), (16, 12), (16, 14), (16, 16)]

folder = pathlib.Path(sys.argv[1])
names, transcode = [], []


def values(stored, signed, rows=37, columns=51, seed=7):
    """A gradient with noise that reaches both ends of the range, and a flat patch."""
    low = -(2 ** (stored - 1)) if signed else 0
    high = low + 2**stored - 1
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    image = low + (high - low) * ((x / columns + y / rows) / 2 + rng.normal(0, 0.04, x.shape))
    image = np.clip(np.rint(image), low, high)
    image[0, 0], image[-1, -1] = low, high
    image[10:20, 10:25] = low + (high - low) // 3
    return image.astype(np.int32)


def dataset(stored_values, allocated, stored, signed, photometric, shift=0, dirt=None):
    """An image whose cells hold the values `shift` bits up, with `dirt` in the unused bits."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[str(len(names))])
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = ds.SeriesInstanceUID = "1.2.3"
    ds.PatientID, ds.PatientName, ds.Modality = "P1", "Phantom^One", "CR"
    ds.Rows, ds.Columns = stored_values.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, photometric
    ds.BitsAllocated, ds.BitsStored = allocated, stored
    ds.HighBit, ds.PixelRepresentation = stored - 1 + shift, int(signed)
    cells = stored_values.astype(np.int64) << shift
    if dirt is not None:
        mask = ((1 << stored) - 1) << shift
        cells = (cells & mask) | (dirt & ~mask)
    ds.PixelData = (cells & (2**allocated - 1)).astype(f"<u{allocated // 8}").tobytes()
    if len(ds.PixelData) % 2:
        ds.PixelData += b"\0"
    ds["PixelData"].VR = "OW" if allocated > 8 else "OB"
    return ds


def save(ds, path, syntax=EXPLICIT):
    ds.file_meta.TransferSyntaxUID = syntax
    ds.is_little_endian, ds.is_implicit_VR = syntax != BIG, syntax == IMPLICIT
    words = [item["LUTData"] for item in ds.get("VOILUTSequence", []) if "LUTData" in item]
    words = [element for element in words + [ds["PixelData"]] if element.VR == "OW"]
    if syntax == BIG:
        swap(words)
    ds.save_as(path, write_like_original=False)
    if syntax == BIG:
        swap(words)


def swap(elements):
    for element in elements:
        element.value = np.frombuffer(element.value, "<u2").byteswap().tobytes()


def equalize_hist(gray):
    histogram = np.bincount(gray.ravel(), minlength=256)
    first = int(np.flatnonzero(histogram)[0])
    if histogram[first] == gray.size:
        return gray
    scale = np.float32(255) / np.float32(gray.size - histogram[first])
    total = np.cumsum(histogram) - histogram[first]
    levels = np.rint(total.astype(np.float32) * scale).clip(0, 255).astype(np.uint8)
    levels[: first + 1] = 0
    return levels[gray]


def chain(stored_values, ds):
    kind = f"{'int' if ds.PixelRepresentation else 'uint'}{ds.BitsAllocated}"
    pixels = stored_values.astype(kind)
    inverted = ds.PhotometricInterpretation == "MONOCHROME1"
    if pixels.min() == pixels.max():
        return np.zeros(pixels.shape, np.uint8)
    try:
        if "VOILUTSequence" in ds and "WindowWidth" not in ds:
            ds.VOILUTSequence[0]  # pydicom 2.1 fails here if it is empty; later ones go on
        data = apply_voi_lut(pixels, ds)
        if inverted:
            data = np.amax(data) - data
        data = data - np.min(data)
        if np.max(data) == 0:
            return np.zeros(pixels.shape, np.uint8)
        data = data / np.max(data)
        return (data * 255).astype(np.uint8)
    except Exception:
        scale = np.float32(255.0 / float(pixels.max()))
        scaled = np.abs(pixels.astype(np.float32) * scale)
        gray = np.rint(scaled).clip(0, 255).astype(np.uint8)
        gray = equalize_hist(255 - gray if inverted else gray)
        return np.zeros_like(gray) if gray.min() == gray.max() else gray


def expect(name, stored_values, ds):
    stored_values.astype("<i4").tofile(folder / f"{name}.stored")
    chain(stored_values, ds).tofile(folder / f"{name}.gray")
    names.append(name)


def case(name, stored_values, ds, syntax=EXPLICIT):
    save(ds, folder / f"{name}.dcm", syntax)
    expect(name, stored_values, pydicom.dcmread(folder / f"{name}.dcm"))


def label(allocated, stored, signed, photometric):
    return f"{allocated}-{stored}-{'signed' if signed else 'unsigned'}-{photometric[-1]}"


def lut(ds, entries, first, depth, data, vr):
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if ds.PixelRepresentation else "US", [entries, first, depth])
    values = [int(v) for v in data]
    item.add_new("LUTData", vr, values if vr == "US" else np.array(values, "<u2").tobytes())
    ds.VOILUTSequence = [item]


def window(ds, center, width, function=None):
    ds.WindowCenter, ds.WindowWidth = center, width
    if function:
        ds.VOILUTFunction = function


def curve(count, depth):
    return np.rint((2**depth - 1) * np.linspace(0, 1, count) ** 0.6)


def voi_transforms(stored, signed):
    low = -(2 ** (stored - 1)) if signed else 0
    span = 2**stored
    middle = low + span // 2
    first = low + span // 4
    part = min(span // 2, 200)

    def rescale(ds):
        window(ds, str(middle), str(span // 3))
        ds.RescaleSlope, ds.RescaleIntercept = "1.5", "-100"

    def modality(ds):
        window(ds, str(middle), str(span // 3))
        item = Dataset()
        item.add_new("LUTDescriptor", "SS" if signed else "US", [2, 0, 10])
        item.add_new("LUTData", "US", [0, 1023])
        ds.ModalityLUTSequence = [item]

    def both(ds):
        window(ds, str(middle), str(span // 3))
        lut(ds, part, first, 12, curve(part, 12), "OW")

    def empty_sequence(ds):
        window(ds, str(middle), str(span // 3))
        ds.VOILUTSequence = []

    def only_empty_sequence(ds):
        ds.VOILUTSequence = []

    def no_data(ds):
        window(ds, str(middle), str(span // 3))
        ds.VOILUTSequence = [Dataset()]

    def one_sided(ds):
        ds.WindowCenter = str(middle)

    return {
        "plain": lambda ds: None,
        "linear": lambda ds: window(ds, str(middle), str(span // 3)),
        "linear-fraction": lambda ds: window(ds, f"{middle + 0.3}", f"{span / 2.7:.3f}"),
        "linear-1": lambda ds: window(ds, str(middle), "1"),
        "linear-1-on-a-value": lambda ds: window(ds, f"{middle + 0.5}", "1"),
        "linear-0": lambda ds: window(ds, str(middle), "0"),
        "linear-outside": lambda ds: window(ds, str(low - 4 * span), str(span // 3)),
        "exact": lambda ds: window(ds, str(middle), str(span // 3), "LINEAR_EXACT"),
        "exact-0": lambda ds: window(ds, str(middle), "0", "LINEAR_EXACT"),
        "sigmoid": lambda ds: window(ds, str(middle), str(span // 3), "SIGMOID"),
        "unknown": lambda ds: window(ds, str(middle), str(span // 3), "CUBIC"),
        "several": lambda ds: window(ds, [str(middle), "1"], [str(span // 5), "7"]),
        "one-sided": one_sided,
        "rescale": rescale,
        "modality": modality,
        "lut-8": lambda ds: lut(ds, part, first, 8, curve(part, 8), "US"),
        "lut-12": lambda ds: lut(ds, part, first, 12, curve(part, 12), "US"),
        "lut-16-words": lambda ds: lut(ds, part, first, 16, curve(part, 16), "OW"),
        "lut-9": lambda ds: lut(ds, part, first, 9, curve(part, 9), "OW"),
        "lut-short": lambda ds: lut(ds, part, first, 12, curve(part // 2, 12), "OW"),
        "lut-65536": lambda ds: lut(ds, 0, low, 16, curve(65536, 16), "OW"),
        "lut-and-window": both,
        "lut-empty": empty_sequence,
        "lut-empty-alone": only_empty_sequence,
        "lut-without-data": no_data,
    }


def voi_cases():
    for allocated, stored in DEPTHS:
        for signed in (False, True):
            image = values(stored, signed)
            for photometric in ("MONOCHROME1", "MONOCHROME2"):
                for voi, put in voi_transforms(stored, signed).items():
                    ds = dataset(image, allocated, stored, signed, photometric)
                    put(ds)
                    case(f"voi-{label(allocated, stored, signed, photometric)}-{voi}", image, ds)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def syntax_cases():
    for allocated, stored in DEPTHS:
        for signed in (False, True):
            photometric = "MONOCHROME1" if stored in (10, 14) else "MONOCHROME2"
            image = values(stored, signed, rows=33, columns=29)
            ds = dataset(image, allocated, stored, signed, photometric)
            lut(ds, 100, 3, 12, curve(100, 12), "OW")
            base = label(allocated, stored, signed, photometric)
            for syntax, uid in {"implicit": IMPLICIT, "big": BIG, "deflated": DEFLATED}.items():
                case(f"{syntax}-{base}", image, ds, uid)
            source = folder / f"explicit-{base}.dcm"
            case(source.stem, image, ds)
            encoders = {
                "rle": ["dcmcrle"],
                "lossless": ["dcmcjpeg", "+el"],
                "lossless-sv1": ["dcmcjpeg", "+e1"],
                "j2k": ["gdcmconv", "--j2k"],
                "dcmtk-big": ["dcmconv", "+tb"],
                "dcmtk-implicit": ["dcmconv", "+ti", "-e"],
                "dcmtk-defined": ["dcmconv", "+te", "+e"],
            }
            for codec, command in encoders.items():
                target = folder / f"{codec}-{base}.dcm"
                run(*command, source, target)
                expect(target.stem, image, pydicom.dcmread(source))
            codec_cases(source, base, image, allocated, stored, signed)


def codec_cases(source, base, image, allocated, stored, signed):
    """What an encoder can be told: predictors, point transform, thresholds, deviation, fragments."""
    lossless = {
        "jpegls": ["dcmcjpls"],
        "jpegls-padded": ["dcmcjpls", "+pz"],
    }
    if stored == allocated or stored == 12:  # gdcm does not compress others
        lossless["jpegls-gdcm"] = ["gdcmconv", "--jpegls"]
        lossless["lossless-gdcm"] = ["gdcmconv", "--jpeg"]
    for selection in range(1, 8):
        lossless[f"lossless-{selection}"] = ["dcmcjpeg", "+el", "+sv", str(selection)]
    if stored > 8:
        presets = ["+t1", "5", "+t2", "40", "+t3", "300", "+rs", "31"]
        lossless["jpegls-presets"] = ["dcmcjpls", *presets]
    for codec, command in lossless.items():
        target = folder / f"{codec}-{base}.dcm"
        run(*command, source, target)
        expect(target.stem, image, pydicom.dcmread(source))
    # dcmtk leaves out the sign, and gdcm refuses what it makes of 6 bits, too
    for deviation in () if signed or stored == 6 else (1, 2, 7):
        encoder = ["dcmcjpls", "+en", "+md", str(deviation)]
        lossy(source, f"jpegls-near-{deviation}-{base}", encoder, ["dcmdjpls"])
    point_transform = ["dcmcjpeg", "+el", "+sv", "5", "+pt", "2"]
    lossy(source, f"lossless-point-{base}", point_transform, ["dcmdjpeg"])
    if not signed and stored in (8, 12):
        lossy(source, f"extended-{base}", ["dcmcjpeg", "+ee"], ["dcmdjpeg"])
        lossy(source, f"extended-coarse-{base}", ["dcmcjpeg", "+ee", "+q", "5"], ["dcmdjpeg"])
    if not signed and allocated == stored == 8:
        lossy(source, f"baseline-{base}", ["dcmcjpeg", "+eb"], ["dcmdjpeg"])
        run("dcmcjpeg", "+ep", source, folder / f"progressive-{base}.dcm")
        transcode.append(f"progressive-{base}")


def lossy(source, name, encoder, decoder):
    target, back = folder / f"{name}.dcm", folder / f"{name}.back"
    run(*encoder, source, target)
    run(*decoder, target, back)
    expect(name, stored_values_of(pydicom.dcmread(back)), pydicom.dcmread(target))


def stored_values_of(ds):
    """As PS3.5 section 8.1.1 says: of each cell the stored bits, the highest of them the sign."""
    cells = np.frombuffer(ds.PixelData, f"<u{ds.BitsAllocated // 8}")[: ds.Rows * ds.Columns]
    upper = cells.astype(np.int64) << (63 - ds.HighBit)
    if not ds.PixelRepresentation:
        upper = upper.view(np.uint64)
    return (upper >> np.array(64 - ds.BitsStored, upper.dtype)).astype(np.int32).reshape(
        ds.Rows, ds.Columns
    )


def special_cases():
    for signed in (False, True):
        sign = "signed" if signed else "unsigned"
        image = values(12, signed)
        dirt = np.random.default_rng(3).integers(0, 65536, image.shape)
        ds = dataset(image, 16, 12, signed, "MONOCHROME2", dirt=dirt)
        case(f"dirty-{sign}", image, ds)
        run("dcmcrle", folder / f"dirty-{sign}.dcm", folder / f"dirty-rle-{sign}.dcm")
        expect(f"dirty-rle-{sign}", image, ds)
        case(f"shifted-{sign}", image, dataset(image, 16, 12, signed, "MONOCHROME1", shift=4))
        case(f"shifted-dirty-{sign}", image, dataset(image, 16, 12, signed, "MONOCHROME2", 2, dirt))
        case(f"one-pixel-{sign}", image[:1, :1], dataset(image[:1, :1], 16, 12, signed, "MONOCHROME2"))
        flat = np.full((5, 7), 9)
        case(f"constant-{sign}", flat, dataset(flat, 16, 12, signed, "MONOCHROME1"))
        zero = np.zeros((5, 7), int)
        ds = dataset(zero, 8, 8, signed, "MONOCHROME2")
        window(ds, "1", "0")
        case(f"zero-{sign}", zero, ds)
    negative = -1 - np.abs(values(11, False))
    for photometric in ("MONOCHROME1", "MONOCHROME2"):
        ds = dataset(negative, 16, 12, True, photometric)
        case(f"negative-{photometric}", negative, ds)
        window(ds, "1", "0")
        case(f"negative-fallback-{photometric}", negative, ds)
    image = values(8, False, rows=3, columns=5)
    ds = dataset(image, 8, 8, False, "MONOCHROME2")
    ds["PixelData"].VR = "OW"
    case("odd-bytes", image, ds)


voi_cases()
syntax_cases()
special_cases()
(folder / "cases.txt").write_text("\n".join(names))
(folder / "transcode.txt").write_text("\n".join(transcode))
