"""Pictures, a slide, reports with coordinates and bulk annotations, written by pydicom; and where their graphics lie, worked out with
numpy, as JSON on standard output: points of the curves, column and row of the picture, 0, 0 the corner of its first pixel.
Usage: mark_files.py FOLDER"""
import json
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7703"
study_of = {"ct": f"{root}.1", "sm": f"{root}.2"}
ROWS, COLS, SPACING, STEP, COUNT = 60, 72, 0.8, 3.0, 5
ALONG_ROW = np.array([0.8, 0.6, 0.0])
ALONG_COL = np.array([-0.36, 0.48, 0.8])
NORMAL = np.cross(ALONG_ROW, ALONG_COL)
ORIGIN = np.array([-20.0, 15.0, 100.0])
CT, WSI = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.77.1.6"
SR, ANN = "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.91.1"
count = 0


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def new(kind, sop_class, series, number, modality, description=""):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = f"{study_of[kind]}.{series}.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = study_of[kind], f"{study_of[kind]}.{series}"
    ds.SeriesNumber, ds.InstanceNumber, ds.Modality = series, number, modality
    ds.SeriesDescription = description
    ds.PatientName, ds.PatientID = "Marks^Invented", "MARKS-1"
    ds.StudyDate, ds.ContentDate, ds.ContentTime = "20240302", "20240302", "120000"
    return ds


def save(ds):
    global count
    count += 1
    ds.save_as(f"{folder}/{count}.dcm", write_like_original=False)


def code(value, scheme, meaning):
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)])


# ---- pictures ----
def centre(picture):
    return ORIGIN + picture * STEP * NORMAL


def in_space(picture, col, row):
    """mm; col and row from the corner of the first pixel"""
    return centre(picture) + SPACING * ((col - 0.5) * ALONG_ROW + (row - 0.5) * ALONG_COL)


def on_picture(picture, points):
    away = np.asarray(points) - centre(picture)
    return np.stack([away @ ALONG_ROW / SPACING + 0.5, away @ ALONG_COL / SPACING + 0.5], -1)


images = []
for picture in range(COUNT):
    ds = new("ct", CT, 1, picture + 1, "CT", "Pictures")
    ds.FrameOfReferenceUID = f"{root}.99"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = ROWS, COLS, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.PixelSpacing, ds.SliceThickness = [SPACING, SPACING], STEP
    ds.ImagePositionPatient = [f"{v:.6f}" for v in centre(picture)]
    ds.ImageOrientationPatient = [*ALONG_ROW, *ALONG_COL]
    ds.WindowCenter, ds.WindowWidth = 2000, 4000
    shade = np.add.outer(np.arange(ROWS) * 12, np.arange(COLS) * 10) + 100 * picture
    ds.PixelData = shade.astype("<u2").tobytes()
    images.append(ds.SOPInstanceUID)
    save(ds)


# ---- a report ----
def content(relationship, kind, concept=None, children=(), **values):
    ds = item(RelationshipType=relationship, ValueType=kind, **values)
    if concept is not None:
        ds.ConceptNameCodeSequence = code(*concept)
    if kind == "CONTAINER":
        ds.ContinuityOfContent = "SEPARATE"
    if children:
        ds.ContentSequence = Sequence(children)
    return ds


def image_of(uid, frames=None, sop_class=CT):
    reference = item(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=uid)
    if frames is not None:
        reference.ReferencedFrameNumber = frames
    return content("SELECTED FROM", "IMAGE", ReferencedSOPSequence=Sequence([reference]))


REGION = ("111030", "DCM", "Image Region")


def flat(shape, points, image, relationship="CONTAINS", **more):
    data = [float(v) for v in np.asarray(points).ravel()]
    return content(relationship, "SCOORD", REGION, [image], GraphicType=shape, GraphicData=data, **more)


def spatial(shape, points, relationship="INFERRED FROM"):
    data = [float(v) for v in np.asarray(points).ravel()]
    return content(relationship, "SCOORD3D", REGION, GraphicType=shape, GraphicData=data,
                   ReferencedFrameOfReferenceUID=f"{root}.99")


def num(concept, value, unit, children=(), relationship="CONTAINS"):
    measured = item(NumericValue=value, MeasurementUnitsCodeSequence=code(unit, "UCUM", unit))
    return content(relationship, "NUM", concept, children, MeasuredValueSequence=Sequence([measured]))


def report(kind, series, description, measurements, evidence):
    ds = new(kind, SR, series, 1, "SR", description)
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "UNVERIFIED"
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = code("126000", "DCM", "Imaging Measurement Report")
    ds.CurrentRequestedProcedureEvidenceSequence = Sequence([item(
        StudyInstanceUID=study_of[kind],
        ReferencedSeriesSequence=Sequence([item(
            SeriesInstanceUID=f"{study_of[kind]}.1",
            ReferencedSOPSequence=Sequence([item(ReferencedSOPClassUID=c, ReferencedSOPInstanceUID=u) for c, u in evidence]))]))])
    ds.ContentSequence = Sequence([content("CONTAINS", "CONTAINER", ("126010", "DCM", "Imaging Measurements"), measurements)])
    save(ds)


def group(finding, tracking, children):
    return content("CONTAINS", "CONTAINER", ("125007", "DCM", "Measurement Group"), [
        content("HAS OBS CONTEXT", "TEXT", ("112039", "DCM", "Tracking Identifier"), TextValue=tracking),
        content("CONTAINS", "CODE", ("121071", "DCM", "Finding"), ConceptCodeSequence=code("27925004", "SCT", finding)),
        content("CONTAINS", "CODE", ("363698007", "SCT", "Finding Site"), ConceptCodeSequence=code("39607008", "SCT", "Lung")),
        *children])


def along(points, closed=False):
    """Points of a line, close to each other."""
    points = np.asarray(points, float)
    ends = np.roll(points, -1, 0) if closed else points[1:]
    return np.concatenate([a + np.linspace(0, 1, 800)[:, None] * (b - a) for a, b in zip(points, ends)])


angle = np.linspace(0, 2 * np.pi, 1500)
LINE = [(10.5, 12.5), (30.0, 20.0)]
CIRCLE = [(50.0, 40.0), (56.0, 44.0)]
radius = np.hypot(6, 4)
tilt = np.deg2rad(30)
major, minor = 9 * np.array([np.cos(tilt), np.sin(tilt)]), 4 * np.array([-np.sin(tilt), np.cos(tilt)])
middle = np.array([22.0, 44.0])
ELLIPSE = [middle - major, middle + major, middle - minor, middle + minor]
SQUARE = [(12, 10), (40, 12), (38, 40), (10, 36)]
square_3d = [in_space(3, *corner) for corner in SQUARE]
LONG = [in_space(0, 8.0, 50.0) - 0.4 * STEP * NORMAL, in_space(4, 60.0, 8.0)]
axes = [12.0 * ALONG_ROW, 7.0 * (0.8 * ALONG_COL + 0.6 * NORMAL), 5.0 * (-0.6 * ALONG_COL + 0.8 * NORMAL)]
core = in_space(2, 36.0, 30.0) + 0.7 * NORMAL
ELLIPSOID = [core + sign * axis for axis in axes for sign in (-1, 1)]
spots = [in_space(1, 5.5, 5.5), in_space(1, 20.0, 8.0) + 0.3 * STEP * NORMAL, in_space(3, 60.5, 50.5)]

report("ct", 2, "Chest measurements", [
    group("Nodule", "Lesion 1", [
        flat("POLYLINE", LINE, image_of(images[1])),
        flat("CIRCLE", CIRCLE, image_of(images[1])),
        num(("410668003", "SCT", "Length"), "16.71", "mm"),
        num(("42798000", "SCT", "Area"), "104.5500", "mm2")]),
    num(("103355008", "SCT", "Width"), "7.20", "mm", [flat("ELLIPSE", ELLIPSE, image_of(images[1]), "INFERRED FROM")]),
    num(("42798000", "SCT", "Area"), "480", "mm2", [spatial("POLYGON", square_3d)]),
    num(("81827009", "SCT", "Diameter"), "61.9", "mm", [spatial("POLYLINE", LONG)]),
    num(("118565006", "SCT", "Volume"), "1.76", "cm3", [spatial("ELLIPSOID", ELLIPSOID)]),
    content("CONTAINS", "TEXT", ("121106", "DCM", "Comment"), [spatial("MULTIPOINT", spots)], TextValue="Calcifications"),
    content("CONTAINS", "TEXT", ("121106", "DCM", "Comment"),
            [flat("POINT", [(3, 3)], image_of(f"{root}.7.7"), "INFERRED FROM")], TextValue="Elsewhere"),
], [(CT, uid) for uid in images])
# without any graphic: nothing to show over pictures
report("ct", 3, "Words alone", [num(("410668003", "SCT", "Length"), "1", "mm")], [(CT, uid) for uid in images])


def within(picture, points):
    points = np.asarray(points)
    away = np.abs((points - centre(picture)) @ NORMAL)
    return points[away < STEP / 2]


def cut(picture):
    """Where rays in the picture from its nearest place to the middle leave the ellipsoid."""
    inverse = np.linalg.inv(np.stack(axes, -1))
    depth = (core - centre(picture)) @ NORMAL
    # of the cut ellipse the middle: the extreme of the level sets in the plane
    q = inverse.T @ inverse
    basis = np.stack([ALONG_ROW, ALONG_COL], -1)
    start = core - depth * NORMAL
    centre_2d = start + basis @ np.linalg.solve(basis.T @ q @ basis, basis.T @ q @ (core - start))
    out = []
    for a in angle:
        way = np.cos(a) * ALONG_ROW + np.sin(a) * ALONG_COL
        p, d = inverse @ (centre_2d - core), inverse @ way
        under = (p @ d) ** 2 - (d @ d) * (p @ p - 1)
        if under < 0:
            return []
        out.append(centre_2d + way * (-(p @ d) + np.sqrt(under)) / (d @ d))
    return on_picture(picture, out).tolist()


curves = {
    "1": {"Nodule": [along(LINE).tolist(),
                     np.stack([50 + radius * np.cos(angle), 40 + radius * np.sin(angle)], -1).tolist()],
          "Width": [(middle + np.cos(angle)[:, None] * major + np.sin(angle)[:, None] * minor).tolist()]},
    "3": {"Area": [along(SQUARE, True).tolist()]},
}
for picture in range(COUNT):
    here = curves.setdefault(str(picture), {})
    part = within(picture, along(LONG))
    if len(part):
        here["Diameter"] = [on_picture(picture, part).tolist()]
    section = cut(picture)
    if section:
        here["Volume"] = [section]
near = {str(picture): on_picture(picture, within(picture, spots)).tolist() for picture in range(COUNT)}


# ---- a slide of two levels, and what lies on it ----
TILE = 64
levels = []
for number, (cols, rows) in enumerate([(1280, 960), (320, 240)], 1):
    ds = new("sm", WSI, 1, number, "SM", "Slide")
    across, down = -(-cols // TILE), -(-rows // TILE)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    ds.DimensionOrganizationType = "TILED_FULL"
    ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = cols, rows
    ds.TotalPixelMatrixFocalPlanes, ds.NumberOfOpticalPaths = 1, 1
    ds.NumberOfFrames, ds.Rows, ds.Columns = across * down, TILE, TILE
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.ImagedVolumeWidth, ds.ImagedVolumeHeight, ds.ImagedVolumeDepth = 0.64, 0.48, 0.001
    ds.OpticalPathSequence = Sequence([item(OpticalPathIdentifier="1")])
    tile = np.full((TILE, TILE, 3), (236, 214, 228), np.uint8)
    tile[20:28, 30:38] = (120, 80, 150)
    tiles = np.repeat(tile[None], across * down, 0)
    tiles[:, 0, 0, 0] = np.arange(across * down) % 251  # no two are the same
    tiles[:, 0, 1, 0] = number
    ds.PixelData = tiles.tobytes()
    levels.append(ds.SOPInstanceUID)
    save(ds)


def annotation_group(number, label, shape, figures, double=False, **values):
    points = np.concatenate([np.asarray(f, float) for f in figures])
    ds = item(AnnotationGroupNumber=number, AnnotationGroupUID=f"{root}.5.{number}", AnnotationGroupLabel=label,
              AnnotationGroupGenerationType="AUTOMATIC", GraphicType=shape, NumberOfAnnotations=len(figures),
              AnnotationAppliesToAllOpticalPaths="YES", AnnotationAppliesToAllZPlanes="YES",
              AnnotationPropertyCategoryCodeSequence=code("91723000", "SCT", "Anatomical structure"),
              AnnotationPropertyTypeCodeSequence=code("84640000", "SCT", "Nucleus"), **values)
    if double:
        ds.DoublePointCoordinatesData = points.astype("<f8").tobytes()
    else:
        ds.PointCoordinatesData = points.astype("<f4").tobytes()
    if shape in ("POLYGON", "POLYLINE"):
        starts = np.cumsum([0] + [2 * len(f) for f in figures[:-1]]) + 1
        ds.LongPrimitivePointIndexList = starts.astype("<u4").tobytes()
    return ds


def box(col, row, size):
    return [(col, row), (col + size, row), (col + size, row + size), (col, row + size)]


# in pixels of the coarse level: four of the fine one each
POLYGONS = [box(20, 30, 12), [(100, 100), (130, 104), (118, 130)]]
RECTANGLE = box(200, 40, 30)
OVAL = [(60, 180), (100, 180), (80, 170), (80, 190)]
PATH = [(150.0, 200.0), (180.0, 210.0), (220.0, 190.0)]
POINTS = [(40.25, 120.5), (250.0, 150.0)]
areas = np.array([144.5, 390.25], "<f4")
measured = item(ConceptNameCodeSequence=code("42798000", "SCT", "Area"),
                MeasurementUnitsCodeSequence=code("um2", "UCUM", "um2"),
                MeasurementValuesSequence=Sequence([item(FloatingPointValues=areas.tobytes())]))
ds = new("sm", ANN, 2, 1, "ANN", "Nuclei of a model")
ds.ContentLabel, ds.ContentDescription = "NUCLEI", "Nuclei of a model"
ds.AnnotationCoordinateType, ds.PixelOriginInterpretation = "2D", "VOLUME"
ds.ReferencedImageSequence = Sequence([item(ReferencedSOPClassUID=WSI, ReferencedSOPInstanceUID=levels[1])])
ds.AnnotationGroupSequence = Sequence([
    annotation_group(1, "Nuclei", "POLYGON", POLYGONS, RecommendedDisplayCIELabValue=[35581, 53666, 50857],
                     MeasurementsSequence=Sequence([measured])),
    annotation_group(2, "Mitoses", "POINT", [[p] for p in POINTS], double=True),
    annotation_group(3, "Field", "RECTANGLE", [RECTANGLE]),
    annotation_group(4, "Gland", "ELLIPSE", [OVAL], double=True),
    annotation_group(5, "Margin", "POLYLINE", [PATH]),
    item(AnnotationGroupNumber=6, AnnotationGroupLabel="Broken", GraphicType="POLYGON", NumberOfAnnotations=3,
         PointCoordinatesData=np.zeros(6, "<f4").tobytes(), LongPrimitivePointIndexList=np.array([1, 99], "<u4").tobytes()),
])
save(ds)
# frame 23 of the fine level is the third of the second row of tiles: 20 stand in a row
report("sm", 3, "Slide measurements", [
    num(("410668003", "SCT", "Length"), "5.5", "um", [flat(
        "POLYLINE", [(10, 10), (50, 40)], image_of(levels[0], 23, WSI), "INFERRED FROM", PixelOriginInterpretation="FRAME")]),
    num(("103355008", "SCT", "Width"), "9.5", "um", [flat(
        "POLYLINE", [(100, 50), (140, 80)], image_of(levels[1], None, WSI), "INFERRED FROM", PixelOriginInterpretation="VOLUME")]),
], [(WSI, uid) for uid in levels])

fine = lambda curve: (4 * np.asarray(curve, float)).tolist()
print(json.dumps({
    "ct": {"study": study_of["ct"], "rows": ROWS, "cols": COLS, "images": images, "curves": curves, "spots": near},
    "sm": {"study": study_of["sm"], "rows": 960, "cols": 1280, "points": fine(POINTS), "curves": {
        "Nuclei": [fine(along(p, True)) for p in POLYGONS],
        "Field": [fine(along(RECTANGLE, True))],
        "Gland": [fine(np.stack([80 + 20 * np.cos(angle), 180 + 10 * np.sin(angle)], -1))],
        "Margin": [fine(along(PATH))],
        "Length": [(along([(10, 10), (50, 40)]) + (2 * TILE, TILE)).tolist()],
        "Width": [fine(along([(100, 50), (140, 80)]))]}},
}))
