"""An image with overlay planes and presentation states about it, written by pydicom; and the pictures that PS3.3 makes of them,
worked out with numpy, as JSON on standard output. Usage: rendered_states.py FOLDER"""
import base64
import json
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7702"
ROWS, COLS = 40, 56
random = np.random.default_rng(11)


def new(number, sop_class, series, modality):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = f"{root}.{series}.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = root, f"{root}.{series}"
    ds.SeriesNumber, ds.InstanceNumber, ds.Modality = series, number, modality
    ds.PatientName, ds.PatientID, ds.StudyDate = "States^Sina", "STATES-1", "20240301"
    return ds


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def overlay(ds, group, bits, origin=(1, 1), kind="G"):
    for element, vr, value in ((0x10, "US", bits.shape[0]), (0x11, "US", bits.shape[1]), (0x40, "CS", kind),
                               (0x50, "SS", list(origin)), (0x100, "US", 1), (0x102, "US", 0)):
        ds.add_new((group, element), vr, value)
    data = np.packbits(bits.ravel(), bitorder="little").tobytes()
    ds.add_new((group, 0x3000), "OW", data + b"\0" * (len(data) % 2))


def state(number, sop_class, about):
    ds = new(number, sop_class, 2, "PR")
    reference = item(ReferencedSOPClassUID=about.SOPClassUID, ReferencedSOPInstanceUID=about.SOPInstanceUID)
    ds.ReferencedSeriesSequence = Sequence([item(SeriesInstanceUID=about.SeriesInstanceUID, ReferencedImageSequence=Sequence([reference]))])
    ds.ContentLabel, ds.ContentCreatorName = f"STATE{number}", "Maker^Mary"
    ds.PresentationCreationDate, ds.PresentationCreationTime = "20240302", "101112"
    return ds


def lay(picture, bits, origin, level, is_half=False):
    """The plane over the picture: PS3.3 C.9.2, origin 1\\1 is the first pixel."""
    for row, col in zip(*np.nonzero(bits)):
        y, x = row + origin[0] - 1, col + origin[1] - 1
        if 0 <= y < picture.shape[0] and 0 <= x < picture.shape[1]:
            picture[y, x] = (int(picture[y, x]) + level + 1) // 2 if is_half else level


pixels = np.add.outer(np.arange(ROWS) * 3, np.arange(COLS) * 2).astype(np.uint8)
marks = (random.random((ROWS, COLS)) < 0.1).astype(np.uint8)
region = np.ones((9, 12), np.uint8)
added = np.eye(20, dtype=np.uint8)

image = new(1, "1.2.840.10008.5.1.4.1.1.7", 1, "OT")
image.Rows, image.Columns, image.SamplesPerPixel, image.PhotometricInterpretation = ROWS, COLS, 1, "MONOCHROME2"
image.BitsAllocated = image.BitsStored = 8
image.HighBit, image.PixelRepresentation = 7, 0
image.PixelData = pixels.tobytes()
overlay(image, 0x6000, marks)
overlay(image, 0x6002, region, origin=(-3, 50), kind="R")
overlay(image, 0x6004, np.ones((ROWS, COLS), np.uint8))  # which no state activates
image.save_as(f"{folder}/image.dcm")

grey = state(1, "1.2.840.10008.5.1.4.1.1.11.1", image)
grey.PresentationLUTShape = "IDENTITY"
overlay(grey, 0x6006, added, origin=(5, 6))
grey.GraphicLayerSequence = Sequence([
    item(GraphicLayer="LOW", GraphicLayerOrder=1, GraphicLayerRecommendedDisplayGrayscaleValue=0x4000),
    item(GraphicLayer="HIGH", GraphicLayerOrder=2, GraphicLayerRecommendedDisplayGrayscaleValue=0xFFFF)])
for group, layer in ((0x6000, "HIGH"), (0x6002, "LOW"), (0x6006, "LOW")):
    grey.add_new((group, 0x1001), "CS", layer)
grey.save_as(f"{folder}/grey.dcm")
drawn = pixels.copy()
lay(drawn, region, (-3, 50), 0x40, is_half=True)
lay(drawn, added, (5, 6), 0x40)
lay(drawn, marks, (1, 1), 0xFF)

colored = state(2, "1.2.840.10008.5.1.4.1.1.11.3", image)
colored.SoftcopyVOILUTSequence = Sequence([item(WindowCenter="128", WindowWidth="256")])
tables = [np.arange(256, dtype=np.uint16) * 257, (255 - np.arange(256, dtype=np.uint16)) * 257, np.full(256, 0x8080, np.uint16)]
for name, table in zip(("Red", "Green", "Blue"), tables):
    setattr(colored, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
    setattr(colored, f"{name}PaletteColorLookupTableData", table.astype("<u2").tobytes())
colored.save_as(f"{folder}/colored.dcm")
painted = np.stack([table[pixels] >> 8 for table in tables], axis=2).astype(np.uint8)

print(json.dumps({"study": root, "series": f"{root}.2", "grey": grey.SOPInstanceUID, "colored": colored.SOPInstanceUID,
                  "rows": ROWS, "cols": COLS, "drawn": base64.b64encode(drawn.tobytes()).decode(),
                  "painted": base64.b64encode(painted.tobytes()).decode()}))
