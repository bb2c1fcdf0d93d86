"""Data sets in every character set, value representation and transfer syntax, by pydicom.

    python3 reference_data_sets.py make FOLDER       writes NAME.dcm and NAME.json, what pydicom reads
    python3 reference_data_sets.py compare FOLDER    compares each NAME.*.dcm with NAME.dcm
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.tag import Tag

SYNTAXES = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "deflated": "1.2.840.10008.1.2.1.99",
    "big": "1.2.840.10008.1.2.2",
}

# Names from PS3.5 annexes H to K where there is one, else place names; text; Specific Character Set.
CHARACTER_SETS = {
    "ascii": ("Doe^Jane", "Spine", None),
    "latin1": ("Äneas^Rüdiger", "Wirbelsäule seitlich", "ISO_IR 100"),
    "latin2": ("Wałęsa^Łódź", "kręgosłup", "ISO_IR 101"),
    "latin3": ("Ĝeneva^Ŝi", "spino ĉe", "ISO_IR 109"),
    "latin4": ("Rīga^Ķemeri", "mugurkauls ķ", "ISO_IR 110"),
    "latin5": ("Çavuşoğlu^İz", "omurga ış", "ISO_IR 148"),
    "greek": ("Διονυσιος", "Σπονδυλική στήλη", "ISO_IR 126"),
    "arabic": ("قباني^لنزار", "العمود الفقري", "ISO_IR 127"),
    "hebrew": ("שרון^דבורה", "עמוד השדרה", "ISO_IR 138"),
    "cyrillic": ("Люкceмбypг", "Позвоночник", "ISO_IR 144"),
    "thai": ("นามสกุล^ชื่อ", "กระดูกสันหลัง", "ISO_IR 166"),
    "utf8": ("Wang^XiaoDong=王^小東=", "Wirbelsäule 脊柱 척추", "ISO_IR 192"),
    "gb18030": ("Wang^XiaoDong=王^小东", "脊柱侧位", "GB18030"),
    "gbk": ("Wang^XiaoDong=王^小东", "脊柱", "GBK"),
    "japanese": ("Yamada^Tarou=山田^太郎=やまだ^たろう", "腰椎 L-spine 側面", ["", "ISO 2022 IR 87"]),
    "japanese-katakana": (
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "腰椎側面",
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
    ),
    "japanese-supplement": ("Yamada^Tarou=山田^鷗外", "腰椎", ["", "ISO 2022 IR 87", "ISO 2022 IR 159"]),
    "korean": ("Hong^Gildong=洪^吉洞=홍^길동", "요추 측면 L-spine", ["", "ISO 2022 IR 149"]),
    "greek-and-latin": ("Dionysios=Διονυσιος", "Σπονδυλική", ["ISO 2022 IR 100", "ISO 2022 IR 126"]),
}


def empty(name):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyID = name[:16]
    return ds


def texts(name):
    person, text, character_set = CHARACTER_SETS[name]
    ds = empty(name)
    if character_set:
        ds.SpecificCharacterSet = character_set
    ds.PatientName = person
    ds.OtherPatientNames = [person, "Doe^Jane", person]
    ds.StudyDescription = text
    ds.AdmittingDiagnosesDescription = [text, "plain", text]
    ds.PatientComments = f"{text}\r\n{text} \\ {text}"
    item = Dataset()
    item.CodeMeaning = text
    ds.ProcedureCodeSequence = [item]
    return ds


def representations():
    ds = empty("all")
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.RetrieveAETitle = ["ARCHIVE", "PACS"]
    ds.PatientAge = "063Y"
    ds.FrameIncrementPointer = [Tag(0x00181063), Tag(0x00181065)]
    ds.ImageType = ["ORIGINAL", "", "LUMBAR"]
    ds.StudyDate, ds.StudyTime = "20260102", "130405.25"
    ds.AcquisitionDateTime = "20260102130405.250000+0100"
    ds.WindowCenter, ds.WindowWidth = ["40.5", "-3e2"], "4096"
    ds.InstanceNumber = "12"
    ds.add_new(0x00189073, "FD", 0.1)  # AcquisitionDuration
    ds.add_new(0x0018605A, "FL", [0.5, -1.25])  # TableOfParameterValues
    ds.PatientComments = "Two lines\r\nand a \\ backslash"
    ds.add_new(0x00720070, "UT", "long")
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.PixelRepresentation = 1
    ds.SmallestImagePixelValue = -5
    ds.add_new(0x00281052, "DS", "")
    ds.add_new(0x00186020, "SL", [-70000, 2])
    ds.add_new(0x00185101, "CS", None)
    ds.add_new(0x60000050, "SS", [-7, 1])
    ds.add_new(0x0018602C, "FD", [1e300, -2.5e-7])
    ds.add_new(0x00186018, "UL", 4000000000)
    ds.add_new(0x00720083, "UV", [2**64 - 1, 1])
    ds.add_new(0x00720082, "SV", [-(2**63), 5])
    ds.add_new(0x00080119, "UC", ["one", " two"])
    ds.add_new(0x00080120, "UR", "http://example.org/a?b=c")
    ds.add_new(0x0040A043, "SQ", [])
    ds.add_new(0x00221007, "SQ", [Dataset(), representations_item()])
    ds.add_new(0x00420011, "OB", b"\1\2\3\0")
    ds.add_new(0x00660016, "OF", np.array([1.5, -2], "<f4").tobytes())
    ds.add_new(0x00660022, "OD", np.array([1.5], "<f8").tobytes())
    ds.add_new(0x00660040, "OL", np.array([7, 9], "<u4").tobytes())
    ds.add_new(0x7FE00001, "OV", np.array([2**40], "<u8").tobytes())
    ds.add_new(0x00660023, "OW", np.array([258, 3], "<u2").tobytes())
    ds.add_new(0x00090010, "LO", "ACME 1.0")
    return ds


def representations_item():
    item, inner = Dataset(), Dataset()
    inner.CodeValue, inner.CodeMeaning = "T-1", "Rücken"
    item.add_new(0x00400555, "SQ", [inner, inner])
    item.add_new(0x00089459, "FL", 2.5)
    return item


BINARY_UNITS = {"OW": "u2", "OF": "u4", "OL": "u4", "OD": "u8", "OV": "u8"}


def save(ds, path, syntax):
    ds.file_meta.TransferSyntaxUID = syntax
    ds.is_implicit_VR, ds.is_little_endian = syntax.endswith("1.2"), not syntax.endswith("2.2")
    if not ds.is_little_endian:
        for element in ds:
            if element.VR in BINARY_UNITS:  # pydicom writes these as they are
                unit = BINARY_UNITS[element.VR]
                element.value = np.frombuffer(element.value, f"<{unit}").byteswap().tobytes()
    ds.save_as(path, write_like_original=False)


def make(folder):
    for name in CHARACTER_SETS:
        ds = texts(name)
        path = folder / f"{name}.dcm"
        save(ds, path, SYNTAXES["explicit"])
        back = pydicom.dcmread(path)
        person, text, _ = CHARACTER_SETS[name]
        assert str(back.PatientName).rstrip("=") == person.rstrip("="), name
        assert back.StudyDescription == text, name
        (folder / f"{name}.json").write_text(back.to_json(), "utf-8")
    for name, syntax in SYNTAXES.items():
        save(representations(), folder / f"{name}.dcm", syntax)
        expected = pydicom.dcmread(folder / "implicit.dcm") if name == "big" else None
        expected = expected or pydicom.dcmread(folder / f"{name}.dcm")
        (folder / f"{name}.json").write_text(expected.to_json(), "utf-8")


def compare(folder):
    compared, different = 0, []
    for path in sorted(folder.glob("*.*.dcm")):
        original = pydicom.dcmread(folder / f"{path.name.split('.')[0]}.dcm")
        written = pydicom.dcmread(path)
        compared += 1
        for element in original:
            if element.VR in BINARY_UNITS:
                equal = little_endian(element, original) == little_endian(written[element.tag], written)
            else:
                equal = element.tag in written and same(element, written[element.tag])
            if not equal:
                different.append(f"{path.name}: {element.tag} {element.VR}")
        different += [f"{path.name}: extra {e.tag}" for e in written if e.tag not in original]
    print(f"{compared} compared")
    print("\n".join(different))
    sys.exit(1 if different or not compared else 0)


def little_endian(element, ds):
    value = np.frombuffer(element.value, BINARY_UNITS[element.VR])
    return (value if ds.is_little_endian else value.byteswap()).tobytes()


def same(element, other):
    if element.VR == "SQ":
        return len(element.value) == len(other.value) and all(
            len(a) == len(b) and all(same(e, b[e.tag]) for e in a)
            for a, b in zip(element.value, other.value)
        )
    if element.tag == 0x00080005 and other.value == "ISO_IR 192":
        return True
    if element.VR == "PN":
        return [str(v).rstrip("=") for v in many(element)] == [str(v).rstrip("=") for v in many(other)]
    return element.VR == other.VR and element.value == other.value


def many(element):
    return element.value if element.VM > 1 else [element.value]


warnings.simplefilter("ignore")
{"make": make, "compare": compare}[sys.argv[1]](pathlib.Path(sys.argv[2]))
