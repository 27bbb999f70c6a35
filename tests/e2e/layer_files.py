"""Objects with overlays, shutters and presentation states, written by pydicom; and what is in them, as JSON on standard output.
Usage: layer_files.py FOLDER"""
import base64
import json
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7701"
random = np.random.default_rng(7)


def new(name, sop_class, series, modality):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = f"{root}.{series}.{name}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = root
    ds.SeriesInstanceUID = f"{root}.{series}"
    ds.SeriesNumber = series
    ds.InstanceNumber = name
    ds.Modality = modality
    ds.PatientName = "Layers^Invented"
    ds.PatientID = "LAYERS-1"
    ds.StudyDate = "20240301"
    ds.StudyDescription = "Overlays and presentations"
    return ds


def image(name, series, pixels, photometric="MONOCHROME2", stored=8, sop="1.2.840.10008.5.1.4.1.1.7"):
    ds = new(name, sop, series, "OT")
    frames = pixels.shape[0] if pixels.ndim == 3 else 1
    ds.Rows, ds.Columns = pixels.shape[-2:]
    if frames > 1:
        ds.NumberOfFrames = frames
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 8 if stored <= 8 else 16
    ds.BitsStored = stored
    ds.HighBit = stored - 1
    ds.PixelRepresentation = 0
    data = pixels.astype("<u1" if stored <= 8 else "<u2").tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)
    return ds


def overlay(ds, group, bits, origin=(1, 1), kind="G", frame_origin=None, label=None):
    """bits: rows x cols, or frames x rows x cols."""
    ds.add_new((group, 0x0010), "US", bits.shape[-2])
    ds.add_new((group, 0x0011), "US", bits.shape[-1])
    if bits.ndim == 3:
        ds.add_new((group, 0x0015), "IS", bits.shape[0])
    ds.add_new((group, 0x0040), "CS", kind)
    ds.add_new((group, 0x0050), "SS", list(origin))
    if frame_origin is not None:
        ds.add_new((group, 0x0051), "US", frame_origin)
    ds.add_new((group, 0x0100), "US", 1)
    ds.add_new((group, 0x0102), "US", 0)
    if label:
        ds.add_new((group, 0x1500), "LO", label)
    data = np.packbits(bits.ravel(), bitorder="little").tobytes()
    ds.add_new((group, 0x3000), "OW", data + b"\0" * (len(data) % 2))


def lit(bits):
    return base64.b64encode(np.ascontiguousarray(bits, dtype=np.uint8).tobytes()).decode()


def sparse(*shape):
    return (random.random(shape) < 0.08).astype(np.uint8)


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def state(name, about, **values):
    ds = new(name, "1.2.840.10008.5.1.4.1.1.11.1", 9, "PR")
    reference = item(ReferencedSOPClassUID=about.SOPClassUID, ReferencedSOPInstanceUID=about.SOPInstanceUID)
    ds.ReferencedSeriesSequence = Sequence([item(SeriesInstanceUID=about.SeriesInstanceUID, ReferencedImageSequence=Sequence([reference]))])
    ds.ContentLabel = f"STATE{name}"
    ds.PresentationCreationDate = "20240302"
    ds.PresentationCreationTime = "101112"
    ds.ContentCreatorName = "Maker^Mary"
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def graphic(kind, points, units="PIXEL", filled="N"):
    return item(GraphicAnnotationUnits=units, GraphicDimensions=2, NumberOfGraphicPoints=min(65535, len(points) // 2),
                GraphicData=[float(p) for p in points], GraphicType=kind, GraphicFilled=filled)


known = {"study": root}

# 1: overlays of one frame, one of them beginning outside of the image
gradient = np.add.outer(np.arange(96), np.arange(128)).astype(np.uint8)
over = image(1, 1, gradient)
first, second = sparse(96, 128), sparse(30, 40)
overlay(over, 0x6000, first, label="Measures")
overlay(over, 0x6002, second, origin=(-9, -4), kind="R")
over.save_as(f"{folder}/over.dcm")
known["over"] = {"instance": over.SOPInstanceUID, "rows": 96, "cols": 128, "graphics": lit(first), "roi": lit(second),
                 "roiRows": 30, "roiCols": 40, "roiOrigin": [-9, -4]}

# 2: three frames, an overlay of two from the second on; none over the first
cine = image(1, 2, np.stack([gradient[:32, :48], gradient[:32, 48:96], gradient[32:64, :48]]))
moving = sparse(2, 32, 48)
overlay(cine, 0x6004, moving, frame_origin=2)
cine.FrameTime = "100"
cine.save_as(f"{folder}/cine.dcm")
known["cine"] = {"instance": cine.SOPInstanceUID, "rows": 32, "cols": 48, "frames": [lit(moving[0]), lit(moving[1])]}

# 3: a shutter of all three shapes
xa = image(1, 3, np.full((200, 240), 255, np.uint8))
xa.ShutterShape = ["RECTANGULAR", "CIRCULAR", "POLYGONAL"]
xa.ShutterLeftVerticalEdge, xa.ShutterRightVerticalEdge = 21, 230
xa.ShutterUpperHorizontalEdge, xa.ShutterLowerHorizontalEdge = 11, 180
xa.CenterOfCircularShutter, xa.RadiusOfCircularShutter = [100, 120], 90
xa.VerticesOfThePolygonalShutter = [5, 5, 5, 236, 196, 200, 196, 5]
xa.ShutterPresentationValue = 0x4000
xa.save_as(f"{folder}/xa.dcm")
known["xa"] = {"instance": xa.SOPInstanceUID, "rows": 200, "cols": 240}

# 4: twelve bits, MONOCHROME1, and states that are about it
values = (np.add.outer(np.arange(64) * 30, np.arange(80) * 20)).astype(np.uint16)
gray = image(1, 4, values, photometric="MONOCHROME1", stored=12)
gray.save_as(f"{folder}/gray.dcm")
known["gray"] = {"instance": gray.SOPInstanceUID, "rows": 64, "cols": 80, "values": [int(v) for v in values.ravel()]}

line = [12.5, 8.5, 40.25, 10.5, 50.0, 30.0]
turned = state(
    1, gray,
    ContentDescription="Turned and mirrored",
    ImageHorizontalFlip="Y", ImageRotation=90,
    SoftcopyVOILUTSequence=Sequence([item(WindowCenter="1000", WindowWidth="1500")]),
    PresentationLUTShape="INVERSE",
    DisplayedAreaSelectionSequence=Sequence([item(
        DisplayedAreaTopLeftHandCorner=[11, 6], DisplayedAreaBottomRightHandCorner=[60, 45],
        PresentationSizeMode="SCALE TO FIT", PresentationPixelAspectRatio=[1, 1])]),
    GraphicLayerSequence=Sequence([item(GraphicLayer="MARKS", GraphicLayerOrder=1, GraphicLayerRecommendedDisplayGrayscaleValue=0xFFFF)]),
    GraphicAnnotationSequence=Sequence([item(
        GraphicLayer="MARKS",
        TextObjectSequence=Sequence([item(
            UnformattedTextValue="a note\r\nof two lines", BoundingBoxAnnotationUnits="DISPLAY",
            BoundingBoxTopLeftHandCorner=[0.1, 0.8], BoundingBoxBottomRightHandCorner=[0.6, 0.95],
            BoundingBoxTextHorizontalJustification="LEFT",
            AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[40.25, 10.5], AnchorPointVisibility="Y")]),
        GraphicObjectSequence=Sequence([
            graphic("POLYLINE", line),
            graphic("CIRCLE", [30, 25, 36, 25]),
            graphic("ELLIPSE", [20, 38, 44, 38, 32, 34, 32, 42]),
            graphic("POINT", [55, 40]),
            graphic("POLYLINE", [0.25, 0.5, 0.75, 0.5], units="DISPLAY")]))]))
turned.save_as(f"{folder}/turned.pr.dcm")
known["turned"] = {"line": line, "area": [11, 6, 60, 45], "center": 1000, "width": 1500}

steps = [65535, 0, 65535, 32768]
table = state(
    2, gray,
    ContentDescription="Presentation table",
    SoftcopyVOILUTSequence=Sequence([item(WindowCenter="2048", WindowWidth="4096", VOILUTFunction="LINEAR")]),
    PresentationLUTSequence=Sequence([item(LUTDescriptor=[4, 0, 16], LUTData=np.array(steps, "<u2").tobytes())]),
    DisplayedAreaSelectionSequence=Sequence([item(
        DisplayedAreaTopLeftHandCorner=[1, 1], DisplayedAreaBottomRightHandCorner=[80, 64],
        PresentationSizeMode="MAGNIFY", PresentationPixelMagnificationRatio=3.0, PresentationPixelAspectRatio=[1, 1])]),
    ShutterShape="BITMAP", ShutterOverlayGroup=0x6000, ShutterPresentationValue=0xFFFF)
table.PresentationLUTSequence[0]["LUTData"].VR = "OW"
covered = np.zeros((64, 80), np.uint8)
covered[:10] = 1
covered[20:24, 30:50] = 1
overlay(table, 0x6000, covered)
table.save_as(f"{folder}/table.pr.dcm")
known["table"] = {"steps": steps, "covered": lit(covered)}

hostile = state(
    3, gray,
    ContentDescription="Long",
    PresentationLUTShape="INVERSE",
    GraphicAnnotationSequence=Sequence([item(
        GraphicLayer="MARKS",
        TextObjectSequence=Sequence([item(
            UnformattedTextValue="<img src=x onerror=alert(1)> " * 2300, AnchorPointAnnotationUnits="PIXEL",
            AnchorPoint=[2, 2], AnchorPointVisibility="N")]),
        GraphicObjectSequence=Sequence([graphic("POLYLINE", (random.random(2 * 60000) * 60).tolist()) for _ in range(4)]))]))
hostile.save_as(f"{folder}/hostile.pr.dcm")

too_much = state(
    4, gray, ContentDescription="Too much",
    GraphicAnnotationSequence=Sequence([item(
        GraphicLayer="MARKS",
        GraphicObjectSequence=Sequence([graphic("POLYLINE", [1.0, 2.0] * 62500) for _ in range(16)]))]))
too_much.save_as(f"{folder}/too_much.pr.dcm")
print(json.dumps(known))
