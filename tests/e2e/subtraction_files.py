"""Runs of X-ray frames whose masks are to be subtracted, and a presentation state with a mask, written by pydicom; and the pictures that
PS3.3 C.7.6.10 makes of them, worked out with numpy, as JSON on standard output. Usage: subtraction_files.py FOLDER"""
import base64
import json
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7711"
ROWS, COLS, FRAMES, BITS = 96, 128, 12, 12
random = np.random.default_rng(5)
XA, XA_STATE = "1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.11.5"


def new(number, sop_class, series, modality):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = f"{root}.{series}.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = root, f"{root}.{series}"
    ds.SeriesNumber, ds.InstanceNumber, ds.Modality = series, number, modality
    ds.PatientName, ds.PatientID, ds.StudyDate = "Vessel^Vera", "DSA-1", "20240301"
    ds.StudyDescription = "Cerebral run (invented)"
    return ds


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def run(number):
    """A skull's shadow with noise, and a vessel that fills from frame 3 on; values are lower where less of the beam arrives."""
    row, col = np.mgrid[0:ROWS, 0:COLS]
    still = 2300 + 600 * np.cos(row / 17) * np.sin(col / 23) + 300 * (np.hypot(row - 48, col - 64) > 44)
    path = 64 + 24 * np.sin(row / 15 + number)
    frames = []
    for frame in range(FRAMES):
        filled = np.clip(frame - 2, 0, 5) / 5 * (row < ROWS * (frame - 1) / 7)
        vessel = 700 * filled * np.exp(-((col - path) ** 2) / 8)
        frames.append(still - vessel + random.normal(0, 6, still.shape))
    return np.clip(np.array(frames), 0, 4095).astype(np.uint16)


def image(number, pixels, **more):
    ds = new(number, XA, 1, "XA")
    ds.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    ds.Rows, ds.Columns, ds.NumberOfFrames = ROWS, COLS, FRAMES
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, BITS, BITS - 1, 0
    ds.FrameTime = 250
    for key, value in more.items():
        setattr(ds, key, value)
    ds.PixelData = pixels.tobytes()
    ds.save_as(f"{folder}/run{number}.dcm", write_like_original=False)
    return ds


def logarithm(values):
    most = 2**BITS - 1
    return most * np.log1p(values) / np.log1p(most)


def shifted(mask, down, right):
    """The mask moved, bilinear; NaN where it does not reach."""
    out = np.full(mask.shape, np.nan)
    for row in range(ROWS):
        for col in range(COLS):
            y, x = row - down, col - right
            y0, x0 = int(np.floor(y)), int(np.floor(x))
            y1, x1 = int(np.ceil(y)), int(np.ceil(x))
            if y0 < 0 or x0 < 0 or y1 >= ROWS or x1 >= COLS:
                continue
            upper = mask[y0, x0] + (x - x0) * (mask[y0, x1] - mask[y0, x0])
            lower = mask[y1, x0] + (x - x0) * (mask[y1, x1] - mask[y1, x0])
            out[row, col] = upper + (y - y0) * (lower - upper)
    return out


def encoded(levels):
    return base64.b64encode(np.where(np.isnan(levels), 0, np.floor(255 * levels + 0.5)).astype(np.uint8).tobytes()).decode()


def by_itself(difference):
    """Where nobody says: none is in the middle, and one in 200 is beyond an end."""
    sizes = np.sort(np.abs(difference[~np.isnan(difference)]))
    most = sizes[int(np.ceil(0.995 * len(sizes))) - 1]
    return encoded(np.clip(difference / (2 * most) + 0.5, 0, 1))


def by_window(difference, center, width):
    """LINEAR of PS3.3 C.11.2.1.2.1."""
    return encoded(np.clip((difference - (center - 0.5)) / (width - 1) + 0.5, 0, 1))


average, linear, interval = run(1), run(2), run(3)
image(1, average, PixelIntensityRelationship="LOG", RecommendedViewingMode="SUB", MaskSubtractionSequence=Sequence([
    item(MaskOperation="AVG_SUB", ApplicableFrameRange=[4, 10], MaskFrameNumbers=[1, 2])]))
about = image(2, linear, PixelIntensityRelationship="LIN")
image(3, interval, MaskSubtractionSequence=Sequence([
    item(MaskOperation="TID", TIDOffset=2, ContrastFrameAveraging=2)]))

state = new(1, XA_STATE, 2, "PR")
reference = item(ReferencedSOPClassUID=XA, ReferencedSOPInstanceUID=about.SOPInstanceUID, ReferencedFrameNumber=[8, 9])
state.ReferencedSeriesSequence = Sequence([item(SeriesInstanceUID=about.SeriesInstanceUID, ReferencedImageSequence=Sequence([reference]))])
state.ContentLabel, state.ContentDescription, state.ContentCreatorName = "DSA", "Late arterial phase", "Maker^Mary"
state.PresentationCreationDate, state.PresentationCreationTime = "20240302", "101112"
state.PresentationLUTShape = "IDENTITY"
state.RecommendedViewingMode = "SUB"
shift = [0.5, -1.25]
state.MaskSubtractionSequence = Sequence([item(MaskOperation="AVG_SUB", MaskFrameNumbers=[2], MaskSubPixelShift=shift)])
state.SoftcopyVOILUTSequence = Sequence([item(WindowCenter="-40", WindowWidth="250")])
state.save_as(f"{folder}/state.dcm", write_like_original=False)

values = {name: pixels.astype(float) for name, pixels in (("average", average), ("interval", interval))}
difference = values["average"][6] - values["average"][:2].mean(axis=0)
chosen = values["average"][6] - values["average"][2]
moved = logarithm(linear[7].astype(float)) - shifted(logarithm(linear[1].astype(float)), *shift)
json.dump({
    "study": root, "series": f"{root}.1", "states": f"{root}.2", "rows": ROWS, "cols": COLS,
    "average": {"instance": f"{root}.1.1", "levels": by_itself(difference), "value": difference[40, 60]},
    "chosen": {"instance": f"{root}.1.1", "levels": by_itself(chosen), "value": chosen[40, 60]},
    "nudged": {"instance": f"{root}.1.1", "levels": by_itself(values["average"][6] - shifted(values["average"][2], 0, 0.5)), "value": 0},
    "linear": {"instance": f"{root}.1.2", "levels": by_itself(logarithm(linear[8].astype(float)) - logarithm(linear[0].astype(float))), "value": 0},
    "interval": {"instance": f"{root}.1.3", "levels": by_itself(values["interval"][5:7].mean(axis=0) - values["interval"][3]), "value": 0},
    "state": {"instance": f"{root}.2.1", "levels": by_window(moved, -40, 250), "value": moved[40, 60]},
}, sys.stdout)
