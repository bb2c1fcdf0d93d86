"""Decodes pydicom's own test files with pydicom and gdcm.

    python3 corpus.py FOLDER

files.txt lists every file below pydicom's test folder that it takes for DICOM: "NAME PATH". Where
pydicom decodes it to one gray image, NAME.stored has its stored values (int32 little endian).
"""

import pathlib
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
root = pathlib.Path(pydicom.__file__).parent / "data" / "test_files"
lines = []
for path in sorted(path for path in root.rglob("*") if path.is_file()):
    if path.suffix not in (".dcm", "") or path.name.startswith("DICOMDIR"):
        continue
    name = f"file-{len(lines)}"
    lines.append(f"{name} {path.relative_to(root)}")
    try:
        values = pydicom.dcmread(path, force=True).pixel_array
    except Exception:
        continue
    if values.ndim == 2:
        values.astype("<i4").tofile(folder / f"{name}.stored")
(folder / "root.txt").write_text(str(root))
(folder / "files.txt").write_text("\n".join(lines))
