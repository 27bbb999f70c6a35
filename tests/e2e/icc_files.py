"""Colour pictures with ICC profiles, written by pydicom; and how they look on a screen of sRGB, as JSON on standard output: light by
ArgyllCMS (or by the formula of the profile's curves, which Argyll does not read in version 4), then IEC 61966-2-1.
Usage: icc_files.py FOLDER"""
import base64
import json
import os
import subprocess
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../color"))
import icc_profiles  # noqa: E402

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7702"
made = icc_profiles.profiles()
random = np.random.default_rng(11)
SIDE = 24
# XYZ of D50 to linear sRGB, Bradford (Lindbloom)
TO_SRGB = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)
# the same to Adobe RGB (1998) and to ROMM RGB, with their curves
TO_ADOBE = np.array(
    [[1.9624274, -0.6105343, -0.3413404], [-0.9787684, 1.9161415, 0.0334540], [0.0286869, -0.1406752, 1.3487655]]
)
TO_ROMM = np.array([[1.3459433, -0.2556075, -0.0511118], [-0.5445989, 1.5081673, 0.0205351], [0, 0, 1.2118128]])


def colors():
    """Corners, greys and colours between them."""
    corners = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)])
    greys = np.repeat(np.arange(0, 256, 5), 3).reshape(-1, 3)
    rest = random.integers(0, 256, (SIDE * SIDE - len(corners) - len(greys), 3))
    return np.concatenate([corners, greys, rest]).astype(np.uint8)


def levels(xyz):
    light = np.clip(xyz @ TO_SRGB.T, 0, 1)
    curved = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.floor(255 * curved + 0.5).astype(np.uint8)


def adobe_levels(xyz):
    return np.floor(255 * np.clip(xyz @ TO_ADOBE.T, 0, 1) ** (256 / 563) + 0.5).astype(np.uint8)


def romm_levels(xyz):
    light = np.clip(xyz @ TO_ROMM.T, 0, 1)
    return np.floor(255 * np.where(light < 1 / 512, 16 * light, light ** (1 / 1.8)) + 0.5).astype(np.uint8)


def by_argyll(name, pixels, levels=levels):
    path = os.path.join(folder, f"{name}.icc")
    with open(path, "wb") as file:
        file.write(made[name])
    text = "".join("%.9f %.9f %.9f\n" % tuple(color / 255) for color in pixels)
    run = subprocess.run(["icclu", "-v0", "-ff", "-ir", "-px", path], input=text, capture_output=True, text=True, check=True)
    os.remove(path)
    return levels(np.array([[float(word) for word in line.split()[:3]] for line in run.stdout.splitlines() if line.strip()]))


def by_formula(colorants, pixels, levels=levels):
    light = np.vectorize(icc_profiles.srgb_light)(pixels / 255)
    return levels(light @ np.array(colorants))


def image(number, profile, photometric="RGB"):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    meta.MediaStorageSOPInstanceUID = f"{root}.1.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = root
    ds.SeriesInstanceUID = f"{root}.1"
    ds.SeriesNumber = 1
    ds.InstanceNumber = number
    ds.Modality = "XC"
    ds.PatientName = "Colours^Invented"
    ds.PatientID = "COLOURS-1"
    ds.StudyDate = "20240301"
    ds.StudyDescription = "Colour profiles"
    ds.Rows = ds.Columns = SIDE
    ds.PhotometricInterpretation = photometric
    ds.SamplesPerPixel = 3 if photometric == "RGB" else 1
    if photometric == "RGB":
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.PixelRepresentation = 0
    if profile is not None:
        ds.ICCProfile = profile
    return ds


def save(ds):
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(os.path.join(folder, f"{ds.InstanceNumber}.dcm"), write_like_original=False)


pictures = {}


def add(name, profile, expected, place="top", spaces=None):
    number = len(pictures) + 1
    pixels = colors()
    ds = image(number, profile if place == "top" else None)
    if place == "path":
        path = Dataset()
        path.OpticalPathIdentifier = "1"
        path.ICCProfile = profile
        ds.OpticalPathSequence = [path]
    ds.PixelData = pixels.tobytes()
    save(ds)
    shown = pixels if expected is None else expected(pixels)
    pictures[name] = {
        "instance": ds.SOPInstanceUID,
        "stored": base64.b64encode(pixels.tobytes()).decode(),
        "shown": base64.b64encode(shown.tobytes()).decode(),
        "profile": base64.b64encode(profile or b"").decode(),
        "adobergb": base64.b64encode(spaces(pixels, adobe_levels).tobytes()).decode() if spaces else "",
        "rommrgb": base64.b64encode(spaces(pixels, romm_levels).tobytes()).decode() if spaces else "",
    }


add("none", None, None, spaces=lambda pixels, levels: by_formula(icc_profiles.SRGB, pixels, levels))
add("wide", made["wide"], lambda pixels: by_argyll("wide", pixels), "path", lambda pixels, levels: by_argyll("wide", pixels, levels))
add("scanner", made["scanner"], lambda pixels: by_argyll("scanner", pixels),
    spaces=lambda pixels, levels: by_argyll("scanner", pixels, levels))
add("p3", made["p3"], lambda pixels: by_formula(icc_profiles.P3, pixels))
add("straight", made["straight"], lambda pixels: by_argyll("straight", pixels))
add("srgb", made["srgb"], None)
add("gray", made["gray"], None)
# tags that are none behind a header that is one
add("broken", made["wide"][:128] + b"\x7f\xff\xff\xff" + bytes(len(made["wide"]) - 132), None)

ds = image(len(pictures) + 1, made["wide"], "PALETTE COLOR")
entries = colors()[:256]
for color, name in enumerate(("Red", "Green", "Blue")):
    setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
    setattr(ds, f"{name}PaletteColorLookupTableData", entries[:, color].tobytes())
indices = random.integers(0, 256, SIDE * SIDE).astype(np.uint8)
ds.PixelData = indices.tobytes()
save(ds)
pictures["palette"] = {
    "instance": ds.SOPInstanceUID,
    "stored": base64.b64encode(entries[indices].tobytes()).decode(),
    "shown": base64.b64encode(by_argyll("wide", entries)[indices].tobytes()).decode(),
}

def state(number, name, picture, label, profile):
    """A colour or pseudo-colour presentation state of one picture, with a profile of its own. PS3.3 A.33.2, A.33.3."""
    ds = image(number, None)
    for keyword in ("Rows", "Columns", "PhotometricInterpretation", "SamplesPerPixel", "PlanarConfiguration", "BitsAllocated",
                    "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(ds, keyword)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.11.{name}"
    ds.SeriesInstanceUID, ds.SeriesNumber, ds.Modality = f"{root}.2", 2, "PR"
    reference, series = Dataset(), Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", pictures[picture]["instance"]
    series.SeriesInstanceUID, series.ReferencedImageSequence = f"{root}.1", [reference]
    ds.ReferencedSeriesSequence = [series]
    ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName = "COLOURS", label, "Maker^Mary"
    ds.PresentationCreationDate, ds.PresentationCreationTime = "20240302", "101112"
    ds.ICCProfile = profile
    return ds


def state_of(ds, stored, shown):
    save(ds)
    return {
        "instance": ds.SOPInstanceUID,
        "stored": base64.b64encode(stored.tobytes()).decode(),
        "shown": base64.b64encode(shown.tobytes()).decode(),
    }


# whose image says nothing of its colours, and one whose image says something else
seen = np.frombuffer(base64.b64decode(pictures["none"]["stored"]), np.uint8).reshape(-1, 3)
states = {"colors": state_of(state(50, "2", "none", "Colours of another", made["wide"]), seen, by_argyll("wide", seen))}

grey = image(len(pictures) + 1, None, "MONOCHROME2")
values = random.integers(0, 256, SIDE * SIDE).astype(np.uint8)
grey.PixelData = values.tobytes()
save(grey)
pictures["grey"] = {
    "instance": grey.SOPInstanceUID,
    "stored": base64.b64encode(np.repeat(values, 3).tobytes()).decode(),
    "shown": base64.b64encode(np.repeat(values, 3).tobytes()).decode(),
}
pseudo = state(51, "3", "grey", "Pseudo-colours", made["scanner"])
for color, name in enumerate(("Red", "Green", "Blue")):
    setattr(pseudo, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
    setattr(pseudo, f"{name}PaletteColorLookupTableData", entries[:, color].tobytes())
states["pseudo"] = state_of(pseudo, entries[values], by_argyll("scanner", entries)[values])
json.dump({"states": states, "study": root, "side": SIDE, "pictures": pictures}, sys.stdout)
