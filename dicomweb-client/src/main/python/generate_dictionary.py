"""Derives dictionary.tsv and Tag.java's constants from pydicom's data dictionary (MIT licence).

    python3 generate_dictionary.py > ../resources/io/spinexr/dicom/dictionary.tsv

Run with pydicom 2.3.1. One line per attribute: tag, value representation, keyword.
Two tokens stand for what depends on other attributes: XS is US or SS, OX is OB or OW.
Of the repeating groups (50xx, 60xx, 7Fxx) only the first is written; the reader maps the others.
"""

import pydicom
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

TOKENS = {"US or SS": "XS", "OB or OW": "OX", "US or OW": "OW", "US or SS or OW": "OW"}

rows = {tag: (entry[0], entry[4]) for tag, entry in DicomDictionary.items()}
for pattern, entry in RepeatersDictionary.items():
    if pattern[:4] in ("50xx", "60xx", "7Fxx"):
        rows[int(pattern.replace("xx", "00"), 16)] = (entry[0], entry[4])

print(f"# Derived from the data dictionary of pydicom {pydicom.__version__} by generate_dictionary.py.")
print("# Copyright (c) 2008-2020 Darcy Mason and pydicom contributors, MIT licence: see NOTICE.")
for tag, (vr, keyword) in sorted(rows.items()):
    if vr != "NONE" and keyword:
        print(f"{tag:08X}\t{TOKENS.get(vr, vr)}\t{keyword}")
