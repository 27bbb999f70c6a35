"""Pictures that are larger than some textures, written by pydicom and DCMTK; and what is in them, as JSON on standard output.
Usage: large_frame_files.py FOLDER"""
import base64
import json
import os
import subprocess
import sys

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../color"))
import icc_profiles  # noqa: E402

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7710"
random = np.random.default_rng(19)
known = {"study": root, "pictures": {}}


def image(name, pixels, photometric, stored, signed=False):
    number = len(known["pictures"]) + 1
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    meta.MediaStorageSOPInstanceUID = f"{root}.1.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = root
    ds.SeriesInstanceUID = f"{root}.{number}"
    ds.SeriesNumber = number
    ds.InstanceNumber = 1
    ds.Modality = "MG" if name == "mammogram" else "OT"
    ds.PatientName = "Large^Invented"
    ds.PatientID = "LARGE-1"
    ds.StudyDate = "20240301"
    ds.StudyDescription = "Larger than textures"
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    if pixels.ndim == 3:
        ds.PlanarConfiguration = 0
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 8 * pixels.itemsize
    ds.BitsStored = stored
    ds.HighBit = stored - 1
    ds.PixelRepresentation = int(signed)
    ds.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    known["pictures"][name] = {"instance": ds.SOPInstanceUID, "rows": int(ds.Rows), "cols": int(ds.Columns)}
    return ds


def save(ds, name, *tool):
    ds.is_little_endian, ds.is_implicit_VR = True, False
    path = os.path.join(folder, f"{name}.dcm")
    ds.save_as(path, write_like_original=False)
    if tool:
        subprocess.run([*tool, path, path], check=True)
    known["pictures"][name]["path"] = path


def waves(rows, cols):
    """0 to 1: long waves, short ones, and noise."""
    y, x = np.mgrid[0:rows, 0:cols]
    return 0.5 + 0.2 * np.sin(y / 70) + 0.15 * np.cos(x / 50) + 0.1 * np.sin(x * 1.9 + y * 1.3) + 0.05 * random.random((rows, cols))


grey = (waves(1301, 1501) * 3600 - 1800).astype("<i2")
grey[:, :40] = -2000
grey[600:640, 700:720] = -2000
ds = image("grey", grey, "MONOCHROME1", 12, signed=True)
ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = "0.5", "100", "US"
ds.PixelPaddingValue = -2000
ds.WindowCenter, ds.WindowWidth = "80", "900"
save(ds, "grey")
known["local"] = os.path.join(folder, "local.dcm")
subprocess.run(["dcmcrle", known["pictures"]["grey"]["path"], known["local"]], check=True)

color = np.stack([np.clip(waves(1100, 1400) * 255, 0, 255) for _ in range(3)], axis=-1).astype(np.uint8)
color[..., 1] //= 2
ds = image("color", color, "RGB", 8)
ds.ICCProfile = icc_profiles.profiles()["wide"]
save(ds, "color", "dcmcjpeg", "+eb", "+un")

ds = image("palette", (waves(900, 1200) * 250).astype(np.uint8), "PALETTE COLOR", 8)
for shift, name in ((0, "Red"), (3, "Green"), (6, "Blue")):
    setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
    entries = (np.arange(256) * (2**shift) % 256 * 257).astype("<u2")
    setattr(ds, f"{name}PaletteColorLookupTableData", entries.tobytes())
save(ds, "palette")

# like a breast: dense in the middle, dark beyond its border
rows, cols = 6000, 4096
y, x = np.mgrid[0:rows:8, 0:cols:8].astype(np.float32)
inside = 1 - np.hypot(x / 3200, (y - 3000) / 2500)
tissue = np.clip(inside, 0, 1) ** 0.4 * (1500 + 500 * np.sin(y / 90 + 2 * np.sin(x / 160)) * np.cos(x / 70))
breast = np.kron(tissue, np.ones((8, 8), np.float32))
fine = np.where(breast > 0, random.integers(0, 160, (rows, cols), dtype=np.uint16), 0)
breast = (np.clip(breast, 0, None) + fine + np.arange(cols, dtype=np.float32) % 8).astype("<u2")
ds = image("mammogram", breast, "MONOCHROME2", 12)
ds.WindowCenter, ds.WindowWidth = "1200", "2600"
ds.PixelSpacing = ["0.05", "0.05"]
save(ds, "mammogram")
patch = breast[2872:3128, 1920:2176]
known["patch"] = base64.b64encode(patch.tobytes()).decode()
print(json.dumps(known))
