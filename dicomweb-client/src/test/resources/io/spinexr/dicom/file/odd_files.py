"""Writes one radiograph in ways that the standard does not foresee and other programs read.

    python3 odd_files.py FOLDER

Per case NAME.dcm and NAME.sha256 of the pixel data; both, and the patient, as pydicom reads them.
"""

import hashlib
import pathlib
import struct
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


def radiograph(implicit=False):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    meta.TransferSyntaxUID = IMPLICIT if implicit else EXPLICIT
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, "1.2.3"
    ds.StudyInstanceUID = ds.SeriesInstanceUID = "1.2"
    ds.PatientID, ds.Modality = "P1", "DX"
    ds.Rows, ds.Columns, ds.SamplesPerPixel = 20, 30, 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.PixelData = np.arange(600, dtype="<u2").tobytes()
    ds.is_little_endian, ds.is_implicit_VR = True, implicit
    buffer = DicomBytesIO()
    ds.save_as(buffer, write_like_original=False)
    return buffer.getvalue()


def parts(file):
    """Preamble with prefix, group length element, rest of the meta information, data set."""
    (length,) = struct.unpack("<I", file[140:144])
    return file[:132], file[132:144], file[144 : 144 + length], file[144 + length :]


def implicit_meta():
    values = {2: b"1.2.840.10008.5.1.4.1.1.1.1\0", 3: b"1.2.3\0", 16: EXPLICIT.encode() + b"\0"}
    return b"".join(struct.pack("<HHI", 2, e, len(v)) + v for e, v in values.items())


def element(group, number, vr, value):
    return struct.pack("<HH", group, number) + vr + struct.pack("<H", len(value)) + value


whole = radiograph()
prefix, length, meta, body = parts(whole)
_, _, implicit_meta_information, implicit_body = parts(radiograph(implicit=True))
patient = element(0x10, 0x20, b"LO", b"P1")
modality = element(0x08, 0x60, b"CS", b"DX")
again = element(0x08, 0x60, b"CS", b"CR")
assert body.count(patient) == 1 and body.count(modality) == 1

cases = {
    "plain": whole,
    "wrong-meta-length": prefix + length[:8] + struct.pack("<I", 9) + meta + body,
    "no-meta-length": prefix + meta + body,
    "no-meta": prefix + body,
    "no-meta-implicit": prefix + implicit_body,
    "no-preamble": whole[132:],
    "data-set-alone": body,
    "implicit-meta": prefix + implicit_meta() + body,
    "announced-explicit": prefix + length + meta + implicit_body,
    "announced-implicit": prefix + implicit_meta_information + body,
    "same-patient-twice": whole.replace(patient, 2 * patient),
}
for count in (1, 7, 8, 9, 12, 100, 2048):
    cases[f"zeros-{count}"] = whole + count * b"\0"
for count in (1, 2, 8):
    cases[f"lines-{count}"] = whole + count * b"\r\n"

for name, file in cases.items():
    path = folder / f"{name}.dcm"
    path.write_bytes(file)
    ds = pydicom.dcmread(path, force=True)
    assert ds.PatientID == "P1" and ds.Modality == "DX", name
    (folder / f"{name}.sha256").write_text(hashlib.sha256(ds.PixelData).hexdigest())

# Here pydicom takes the last value, dcmtk the first.
(folder / "modality-twice.dcm").write_bytes(whole.replace(modality, modality + again))
