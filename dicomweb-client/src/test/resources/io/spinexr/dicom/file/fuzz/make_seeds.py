"""Makes the valid files that the fuzz test mutates: python3 make_seeds.py (pydicom, dcmtk, gdcm).

Copies of a few small images and data sets of reference_images.py and reference_data_sets.py, and of
codestreams of codestreams.py.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, here.parent / "image/reference_images.py", folder], check=True)
    for seed, name in {
        "implicit": "implicit-16-12-unsigned-2",
        "big": "dcmtk-big-16-12-signed-2",
        "deflated": "deflated-16-10-unsigned-1",
        "rle": "rle-16-12-unsigned-2",
        "lossless-sv1": "lossless-sv1-16-12-unsigned-2",
        "baseline": "baseline-8-8-unsigned-2",
        "j2k": "j2k-16-12-unsigned-2",
        "extended": "extended-16-12-unsigned-2",
        "jpeg-ls": "jpegls-16-12-signed-2",
        "jpeg-ls-near": "jpegls-near-2-16-12-unsigned-2",
    }.items():
        shutil.copy(pathlib.Path(folder, f"{name}.dcm"), here / f"{seed}.dcm")
with tempfile.TemporaryDirectory() as folder:
    script = here.parent / "reference_data_sets.py"
    subprocess.run([sys.executable, script, "make", folder], check=True)
    shutil.copy(pathlib.Path(folder, "explicit.dcm"), here / "sequences.dcm")
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, here.parent / "codec/codestreams.py", folder], check=True)
    for seed, name in {
        "lossless-restart": "lossless-12-4-3",
        "sequential-restart": "sequential-12-5",
        "jpeg-ls-restart": "ls-restart-12-4",
        "jpeg-ls-presets": "ls-presets",
    }.items():
        shutil.copy(pathlib.Path(folder, f"{name}.dcm"), here / f"{seed}.dcm")
