"""Pictures, and segmentations, structure sets, doses and maps that lie over them, written by pydicom; and what lies over which
pixel, worked out with numpy from positions in the patient, as JSON on standard output. Usage: object_files.py FOLDER [SEGMENTATION]"""
import base64
import json
import sys

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

folder = sys.argv[1]
root = "1.2.826.0.1.3680043.8.498.7702"
space = f"{root}.99"
random = np.random.default_rng(11)
ROWS, COLS, SPACING, STEP, COUNT = 41, 37, 0.8, 3.0, 6

# an oblique stack
ALONG_ROW = np.array([0.8, 0.6, 0.0])
ALONG_COL = np.array([-0.36, 0.48, 0.8])
NORMAL = np.cross(ALONG_ROW, ALONG_COL)
ORIGIN = np.array([-20.0, 15.0, 100.0])


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def new(sop_class, series, number, modality, syntax=ExplicitVRLittleEndian):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = f"{root}.{series}.{number}"
    meta.TransferSyntaxUID = syntax
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian = True
    ds.is_implicit_VR = syntax == ImplicitVRLittleEndian
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = root
    ds.SeriesInstanceUID = f"{root}.{series}"
    ds.FrameOfReferenceUID = space
    ds.SeriesNumber = series
    ds.InstanceNumber = number
    ds.Modality = modality
    ds.PatientName = "Objects^Invented"
    ds.PatientID = "OBJECTS-1"
    ds.StudyDate = "20240301"
    ds.StudyDescription = "Objects over pictures"
    return ds


def pixels(ds, values, allocated, photometric="MONOCHROME2"):
    frames = values.shape[0] if values.ndim == 3 else 1
    ds.Rows, ds.Columns = values.shape[-2:]
    if values.ndim == 3:
        ds.NumberOfFrames = frames
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = ds.BitsStored = allocated
    ds.HighBit = allocated - 1
    ds.PixelRepresentation = 0
    if allocated == 1:
        data = np.packbits(values.ravel().astype(np.uint8), bitorder="little").tobytes()
    else:
        data = values.astype(f"<u{allocated // 8}").tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)


def save(ds, name):
    ds.save_as(f"{folder}/{name}.dcm", write_like_original=False)


def image(series, number, position, along_row, along_col, rows, cols, spacing):
    ds = new("1.2.840.10008.5.1.4.1.1.2", series, number, "CT")
    values = (np.add.outer(np.arange(rows), np.arange(cols)) % 64 + 32 * number) * 8
    pixels(ds, values, 16)
    ds.ImagePositionPatient = [f"{v:.6f}" for v in position]
    ds.ImageOrientationPatient = [f"{v:.6f}" for v in (*along_row, *along_col)]
    ds.PixelSpacing = [spacing, spacing]
    ds.SliceThickness = STEP
    ds.RescaleIntercept, ds.RescaleSlope = 0, 1
    save(ds, f"image_{series}_{number}")
    return ds


def points(position, along_row, along_col, rows, cols, row_spacing, col_spacing):
    """Centres of all pixels: rows x cols x 3."""
    row, col = np.mgrid[0:rows, 0:cols]
    return position + row[..., None] * row_spacing * along_col + col[..., None] * col_spacing * along_row


images = [image(1, i + 1, ORIGIN + i * STEP * NORMAL, ALONG_ROW, ALONG_COL, ROWS, COLS, SPACING) for i in range(COUNT)]
centres = [points(ORIGIN + i * STEP * NORMAL, ALONG_ROW, ALONG_COL, ROWS, COLS, SPACING, SPACING) for i in range(COUNT)]
# a picture that cuts through the stack, in a series of its own
CUT_ORIGIN = ORIGIN + 12.3 * ALONG_ROW - 3.1 * NORMAL
CUT_ROW = NORMAL * np.cos(0.2) + ALONG_ROW * np.sin(0.2)
CUT_ROWS, CUT_COLS, CUT_SPACING = 40, 50, 0.7
cut = image(2, 1, CUT_ORIGIN, CUT_ROW, ALONG_COL, CUT_ROWS, CUT_COLS, CUT_SPACING)
cut_centres = points(CUT_ORIGIN, CUT_ROW, ALONG_COL, CUT_ROWS, CUT_COLS, CUT_SPACING, CUT_SPACING)


def code(value, meaning, scheme="SCT"):
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)])


def segment(number, label, lab=None, algorithm="AUTOMATIC"):
    ds = item(SegmentNumber=number, SegmentLabel=label, SegmentAlgorithmType=algorithm, SegmentAlgorithmName="threshold")
    ds.SegmentedPropertyCategoryCodeSequence = code("85756007", "Tissue")
    ds.SegmentedPropertyTypeCodeSequence = code("10200004", "Liver")
    if lab:
        ds.RecommendedDisplayCIELabValue = lab
    return ds


def plane(position, along_row, along_col, spacing, step):
    return {
        "PlanePositionSequence": Sequence([item(ImagePositionPatient=[f"{v:.6f}" for v in position])]),
        "PlaneOrientationSequence": Sequence([item(ImageOrientationPatient=[f"{v:.6f}" for v in (*along_row, *along_col)])]),
        "PixelMeasuresSequence": Sequence([item(PixelSpacing=list(spacing), SliceThickness=step, SpacingBetweenSlices=step)]),
    }


def source(about):
    reference = item(ReferencedSOPClassUID=about.SOPClassUID, ReferencedSOPInstanceUID=about.SOPInstanceUID)
    return Sequence([item(SourceImageSequence=Sequence([reference]))])


def segmentation(series, kind, label, segments, frames, values, allocated, syntax=ExplicitVRLittleEndian, photometric="MONOCHROME2"):
    labelmap = kind == "LABELMAP"
    ds = new("1.2.840.10008.5.1.4.1.1.66.7" if labelmap else "1.2.840.10008.5.1.4.1.1.66.4", series, 1, "SEG", syntax)
    ds.SeriesDescription = label
    ds.ContentLabel = "SEGMENTATION"
    ds.ContentDescription = label
    ds.ContentCreatorName = "Doe^Jane"
    ds.SegmentationType = kind
    if kind == "FRACTIONAL":
        ds.SegmentationFractionalType = "PROBABILITY"
        ds.MaximumFractionalValue = 200
    ds.SegmentSequence = Sequence(segments)
    ds.SharedFunctionalGroupsSequence = Sequence([Dataset()])
    ds.PerFrameFunctionalGroupsSequence = Sequence([item(**frame) for frame in frames])
    pixels(ds, values, allocated, photometric)
    if syntax == RLELossless:
        ds.PixelData = encapsulate([rle_encode_frame(frame.astype(f"<u{allocated // 8}")) for frame in values])
        ds["PixelData"].is_undefined_length = True
    save(ds, f"seg_{series}")
    return ds


def number_of(segment_number):
    return Sequence([item(ReferencedSegmentNumber=segment_number)])


def lit(values):
    return base64.b64encode(np.ascontiguousarray(values, dtype=np.uint8).tobytes()).decode()


def own_plane(i):
    return plane(ORIGIN + i * STEP * NORMAL, ALONG_ROW, ALONG_COL, (SPACING, SPACING), STEP)


known = {"study": root, "rows": ROWS, "cols": COLS, "images": [ds.SOPInstanceUID for ds in images]}

# 1: binary, two segments that overlap, 1517 bits to a frame: none but the first begins with a byte
placed = [(1, 0), (1, 1), (1, 2), (2, 1), (2, 4)]
bits = np.zeros((len(placed), ROWS, COLS), np.uint8)
for index, (number, at) in enumerate(placed):
    row, col = np.mgrid[0:ROWS, 0:COLS]
    bits[index] = ((row - 16 - 2 * at - 4 * number) ** 2 + (col - 12 - 3 * number) ** 2 < (6 + 2 * at) ** 2) & (random.random((ROWS, COLS)) < 0.9)
lab = [0.6 * 65535, (40 + 128) / 255 * 65535, (50 + 128) / 255 * 65535]
seg = segmentation(
    11, "BINARY", "Two organs", [segment(1, "Liver", [round(v) for v in lab]), segment(2, "Lesion", None, "MANUAL")],
    [{"DerivationImageSequence": source(images[at]), "SegmentIdentificationSequence": number_of(number), **own_plane(at)} for number, at in placed],
    bits, 1)
known["binary"] = {
    "instance": seg.SOPInstanceUID,
    "series": seg.SeriesInstanceUID,
    "masks": {f"{number}/{at + 1}": lit(bits[index]) for index, (number, at) in enumerate(placed)},
    "largest": {str(n): int(max((bits[i].sum(), at + 1) for i, (m, at) in enumerate(placed) if m == n)[1]) for n in (1, 2)},
}

# 2: binary on a grid of its own (turned, other spacing, other size), without references; planes 0.4 mm off the pictures'
GRID_ROW, GRID_COL = ALONG_COL, -ALONG_ROW
GRID_ROWS, GRID_COLS, GRID_SPACING = 23, 29, (1.07, 1.31)
grid_origin = ORIGIN + 26.37 * ALONG_ROW + 1.43 * ALONG_COL + (STEP + 0.4) * NORMAL * 1.0
grid_normal = np.cross(GRID_ROW, GRID_COL)
grid_bits = (random.random((3, GRID_ROWS, GRID_COLS)) < 0.5).astype(np.uint8)
grid_at = [grid_origin + i * STEP * NORMAL for i in range(3)]
seg = segmentation(
    12, "BINARY", "On another grid", [segment(7, "Elsewhere")],
    [{"SegmentIdentificationSequence": number_of(7), **plane(position, GRID_ROW, GRID_COL, GRID_SPACING, STEP)} for position in grid_at],
    grid_bits, 1)


def nearest(at):
    """What lies at these points, by their position alone."""
    offsets = (at - grid_at[0]) @ NORMAL / STEP
    index = np.rint(offsets).astype(int)
    inside = (np.abs(offsets - index) <= 0.5) & (index >= 0) & (index < 3)
    row = np.rint((at - grid_at[0]) @ GRID_COL / GRID_SPACING[0]).astype(int)
    col = np.rint((at - grid_at[0]) @ GRID_ROW / GRID_SPACING[1]).astype(int)
    inside &= (row >= 0) & (row < GRID_ROWS) & (col >= 0) & (col < GRID_COLS)
    out = np.zeros(at.shape[:2], np.uint8)
    out[inside] = grid_bits[index[inside], row[inside], col[inside]]
    return out


known["grid"] = {
    "series": seg.SeriesInstanceUID,
    "instance": seg.SOPInstanceUID,
    "masks": {f"7/{i + 1}": lit(nearest(centres[i])) for i in range(COUNT)},
    "cut": lit(nearest(cut_centres)),
}
known["cut"] = {"instance": cut.SOPInstanceUID, "rows": CUT_ROWS, "cols": CUT_COLS}

# 3: fractional
shares = (random.random((2, ROWS, COLS)) * 201).astype(np.uint8)
seg = segmentation(
    13, "FRACTIONAL", "Probability", [segment(1, "Likely")],
    [{"DerivationImageSequence": source(images[at]), "SegmentIdentificationSequence": number_of(1), **own_plane(at)} for at in (2, 3)],
    shares, 8)
known["fractional"] = {"instance": seg.SOPInstanceUID, "series": seg.SeriesInstanceUID, "values": lit(shares[0])}

# 4: a label map of 16 bits, RLE; 0 is background, 300 needs two bytes, 9 is no segment
labels = random.choice([0, 0, 0, 2, 300, 9], (2, ROWS, COLS))
seg = segmentation(
    14, "LABELMAP", "Label map", [segment(0, "Background"), segment(2, "Two"), segment(300, "Three hundred")],
    [{"DerivationImageSequence": source(images[at]), **own_plane(at)} for at in (3, 4)],
    labels, 16, RLELossless)
known["labelmap"] = {
    "instance": seg.SOPInstanceUID, "series": seg.SeriesInstanceUID,
    "masks": {f"{n}/4": lit(labels[0] == n) for n in (2, 300)},
}

# 5: contours on the third picture: a square with an exclusive hole, one with another within it that counts as the same, a line, a point
def contour(kind, pairs, at):
    where = [ORIGIN + at * NORMAL * STEP + (c - 0.5) * SPACING * ALONG_ROW + (r - 0.5) * SPACING * ALONG_COL for c, r in pairs]
    ds = item(ContourGeometricType=kind, NumberOfContourPoints=len(pairs))
    ds.ContourData = [f"{v:.4f}" for point in where for v in point]
    return ds


def square(left, top, right, bottom):
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


rt = new("1.2.840.10008.5.1.4.1.1.481.3", 21, 1, "RTSTRUCT", ImplicitVRLittleEndian)
rt.StructureSetLabel, rt.StructureSetName, rt.SeriesDescription = "PLAN", "Structures", "Planning structures"
rt.StructureSetDate, rt.StructureSetTime = "20240301", "101500"
rois = [
    (1, "PTV", [255, 0, 0], [contour("CLOSEDPLANAR_XOR", square(4, 4, 20, 20), 2.2), contour("CLOSEDPLANAR_XOR", square(8, 8, 14, 14), 2.2)]),
    (2, "Cord", [0, 0, 255], [contour("CLOSED_PLANAR", square(22, 22, 34, 38), 2), contour("CLOSED_PLANAR", square(25, 25, 30, 30)[::-1], 2)]),
    (3, "Marks", [0, 255, 0], [contour("POINT", [(30, 8)], 2), contour("OPEN_PLANAR", [(24, 4), (34, 4), (34, 14)], 2)]),
    (4, "Beyond", [255, 255, 0], [contour("CLOSED_PLANAR", square(2, 2, 10, 10), 3), contour("CLOSED_PLANAR", square(2, 2, 20, 20), 4)]),
]
rt.StructureSetROISequence = Sequence([item(ROINumber=n, ReferencedFrameOfReferenceUID=space, ROIName=name, ROIGenerationAlgorithm="MANUAL") for n, name, _, _ in rois])
rt.ROIContourSequence = Sequence([item(ROIDisplayColor=rgb, ReferencedROINumber=n, ContourSequence=Sequence(contours)) for n, _, rgb, contours in rois])
rt.RTROIObservationsSequence = Sequence([item(ObservationNumber=n, ReferencedROINumber=n, RTROIInterpretedType="PTV" if n == 1 else "ORGAN") for n, _, _, _ in rois])
save(rt, "rtstruct")
row, col = np.mgrid[0:ROWS, 0:COLS] + 0.5


def within(left, top, right, bottom):
    return (col > left) & (col < right) & (row > top) & (row < bottom)


known["structures"] = {
    "instance": rt.SOPInstanceUID, "series": rt.SeriesInstanceUID,
    "masks": {"1/3": lit(within(4, 4, 20, 20) & ~within(8, 8, 14, 14)), "2/3": lit(within(22, 22, 34, 38))},
    "point": [30, 8], "line": [[24, 4], [34, 4], [34, 14]],
}

# 5b: sets that name no images and have no Frame of Reference at their regions: one says it in its references, one of none of these pictures
def bare(series, name, uid):
    ds = new("1.2.840.10008.5.1.4.1.1.481.3", series, 1, "RTSTRUCT")
    del ds.FrameOfReferenceUID
    ds.StructureSetLabel, ds.SeriesDescription = "BARE", name
    ds.ReferencedFrameOfReferenceSequence = Sequence([item(FrameOfReferenceUID=uid)])
    ds.StructureSetROISequence = Sequence([item(ROINumber=1, ROIName="Square", ROIGenerationAlgorithm="")])
    ds.ROIContourSequence = Sequence([item(ROIDisplayColor=[255, 0, 0], ReferencedROINumber=1, ContourSequence=Sequence([contour("CLOSED_PLANAR", square(6, 10, 30, 28), 4)]))])
    save(ds, f"rtstruct_{series}")
    return ds


known["bare"] = {"series": bare(22, "Without references", space).SeriesInstanceUID, "masks": {"1/5": lit(within(6, 10, 30, 28))},
                 "elsewhere": bare(23, "Of other pictures", f"{root}.98").SeriesInstanceUID}

# 6: a dose on an axial grid of its own; planes 4 mm apart, from the second on
dose_rows, dose_cols, dose_planes = 16, 14, 9
dose_origin, dose_spacing = np.array([-34.0, 6.0, 97.0]), (3.5, 4.0)
dose_offsets = np.arange(dose_planes) * 4.0
stored = (random.random((dose_planes, dose_rows, dose_cols)) * 60000 + 5000).astype(np.uint32)
rd = new("1.2.840.10008.5.1.4.1.1.481.2", 31, 1, "RTDOSE", ImplicitVRLittleEndian)
rd.DoseUnits, rd.DoseType, rd.DoseSummationType, rd.DoseGridScaling = "GY", "PHYSICAL", "PLAN", "0.001"
rd.SeriesDescription = "Plan dose"
rd.ImagePositionPatient, rd.ImageOrientationPatient = list(dose_origin), [1, 0, 0, 0, 1, 0]
rd.PixelSpacing, rd.GridFrameOffsetVector = list(dose_spacing), [float(v) for v in dose_offsets]
rd.FrameIncrementPointer = 0x3004000C
pixels(rd, stored, 32)
# histograms as a planning system counts them: of the dose at the centres of pixels within two regions, in bins of 1 Gy
rd.ReferencedStructureSetSequence = Sequence([item(ReferencedSOPClassUID=rt.SOPClassUID, ReferencedSOPInstanceUID=rt.SOPInstanceUID)])


def histogram(number, kind, doses, volume_units):
    counts, edges = np.histogram(doses, np.arange(0, 67))
    volumes = counts if kind == "DIFFERENTIAL" else counts[::-1].cumsum()[::-1]
    volumes = volumes / doses.size * 100 if volume_units == "PERCENT" else volumes * 0.5
    ds = item(DVHType=kind, DoseUnits="GY", DoseType="PHYSICAL", DVHDoseScaling="0.5", DVHVolumeUnits=volume_units, DVHNumberOfBins=len(volumes))
    ds.DVHData = [v for volume in volumes for v in ("2", f"{volume:.6f}")]
    ds.DVHMinimumDose, ds.DVHMaximumDose, ds.DVHMeanDose = (f"{v:.4f}" for v in (doses.min(), doses.max(), doses.mean()))
    ds.DVHReferencedROISequence = Sequence([item(DVHROIContributionType="INCLUDED", ReferencedROINumber=number)])
    return ds, [float(f"{v:.6f}") for v in volumes]


inner, outer = stored[3:6, 4:9, 3:8].ravel() * 0.001, stored.ravel() * 0.001
made = [histogram(1, "CUMULATIVE", inner, "PERCENT"), histogram(2, "CUMULATIVE", outer, "PERCENT"), histogram(1, "DIFFERENTIAL", inner, "CM3")]
rd.DVHSequence = Sequence([ds for ds, _ in made])
save(rd, "rtdose")


def dose_at(at):
    """Trilinear; NaN where it is not within the grid's outermost planes, or half a pixel round its outermost rows and columns."""
    z = (at[..., 2] - dose_origin[2]) / 4.0
    y = (at[..., 1] - dose_origin[1]) / dose_spacing[0]
    x = (at[..., 0] - dose_origin[0]) / dose_spacing[1]
    inside = (z >= 0) & (z <= dose_planes - 1) & (y >= -0.5) & (y <= dose_rows - 0.5) & (x >= -0.5) & (x <= dose_cols - 0.5)
    z, y, x = (np.clip(v, 0, n - 1) for v, n in ((z, dose_planes), (y, dose_rows), (x, dose_cols)))
    low = [np.minimum(v.astype(int), n - 2) for v, n in ((z, dose_planes), (y, dose_rows), (x, dose_cols))]
    out = np.zeros(at.shape[:2])
    for dz in (0, 1):
        for dy in (0, 1):
            for dx in (0, 1):
                weight = 1.0
                for v, l, d in ((z, low[0], dz), (y, low[1], dy), (x, low[2], dx)):
                    weight = weight * np.where(d == 1, v - l, 1 - (v - l))
                out += weight * stored[low[0] + dz, low[1] + dy, low[2] + dx]
    return np.where(inside, out * 0.001, np.nan)


dose = dose_at(centres[2])
known["dose"] = {
    "instance": rd.SOPInstanceUID, "series": rd.SeriesInstanceUID,
    "values": base64.b64encode(np.ascontiguousarray(dose, "<f4").tobytes()).decode(), "max": float(stored.max() * 0.001),
    "histograms": [volumes for _, volumes in made], "mean": float(inner.mean()),
}

# 7: a map of real numbers, on the second picture's grid; values in the unit that the mapping states
mapped = (random.random((1, ROWS, COLS)) * 4 - 1).astype("<f4")
pm = new("1.2.840.10008.5.1.4.1.1.30", 41, 1, "MR")
pm.ContentLabel, pm.ContentDescription, pm.SeriesDescription = "ADC", "Diffusion", "Diffusion"
mapping = item(RealWorldValueSlope=500.0, RealWorldValueIntercept=200.0, LUTLabel="ADC", LUTExplanation="Apparent diffusion coefficient")
mapping.DoubleFloatRealWorldValueFirstValueMapped, mapping.DoubleFloatRealWorldValueLastValueMapped = -10.0, 10.0
mapping.MeasurementUnitsCodeSequence = code("um2/s", "um2/s", "UCUM")
pm.SharedFunctionalGroupsSequence = Sequence([item(RealWorldValueMappingSequence=Sequence([mapping]))])
pm.PerFrameFunctionalGroupsSequence = Sequence([item(DerivationImageSequence=source(images[1]), **own_plane(1))])
pm.Rows, pm.Columns, pm.NumberOfFrames, pm.SamplesPerPixel, pm.PhotometricInterpretation = ROWS, COLS, 1, 1, "MONOCHROME2"
pm.BitsAllocated = 32
pm.FloatPixelData = mapped.tobytes()
save(pm, "map")
known["map"] = {"instance": pm.SOPInstanceUID, "series": pm.SeriesInstanceUID, "min": float(mapped.min() * 500 + 200), "max": float(mapped.max() * 500 + 200)}

# 8: a map of integers whose meaning is a table: on the third picture's grid; 2 has no meaning
codes = random.integers(2, 9, (1, ROWS, COLS))
table = np.array([0.25, -7.5, 1e-3, 40.0, 12.5, 3.0])  # of 3 to 8
tm = new("1.2.840.10008.5.1.4.1.1.30", 42, 1, "MR")
tm.ContentLabel, tm.ContentDescription, tm.SeriesDescription = "TABLE", "By table", "By table"
by_table = item(RealWorldValueFirstValueMapped=3, RealWorldValueLastValueMapped=8, LUTLabel="T", LUTExplanation="By table")
by_table["RealWorldValueFirstValueMapped"].VR = by_table["RealWorldValueLastValueMapped"].VR = "US"
by_table.RealWorldValueLUTData = list(table)
by_table.MeasurementUnitsCodeSequence = code("ms", "ms", "UCUM")
tm.SharedFunctionalGroupsSequence = Sequence([item(RealWorldValueMappingSequence=Sequence([by_table]))])
tm.PerFrameFunctionalGroupsSequence = Sequence([item(DerivationImageSequence=source(images[2]), **own_plane(2))])
pixels(tm, codes, 16)
save(tm, "table_map")
meant = np.where(codes[0] < 3, np.nan, table[np.clip(codes[0] - 3, 0, 5)])
known["table"] = {
    "instance": tm.SOPInstanceUID, "min": float(np.nanmin(meant)), "max": float(np.nanmax(meant)),
    "values": base64.b64encode(np.ascontiguousarray(meant, "<f4").tobytes()).decode(),
}

# 9: PET of the same space on a coarser grid, each slice with a slope of its own; a state that blends it over the first series, and one that
# blends the first series with one that is not here (PS3.3 A.33.4, A.33.7)
PT_ROWS, PT_COLS, PT_SPACING, PT_STEP, PT_COUNT = 18, 16, 2.1, 4.0, 3
pt_origin = ORIGIN + 1.3 * ALONG_ROW - 0.9 * ALONG_COL - 1.0 * NORMAL
uptake, pets = [], []
for n in range(PT_COUNT):
    values = random.integers(0, 4000, (PT_ROWS, PT_COLS))
    ds = new("1.2.840.10008.5.1.4.1.1.128", 3, n + 1, "PT")
    pixels(ds, values, 16)
    ds.ImagePositionPatient = [f"{v:.6f}" for v in pt_origin + n * PT_STEP * NORMAL]
    ds.ImageOrientationPatient = [f"{v:.6f}" for v in (*ALONG_ROW, *ALONG_COL)]
    ds.PixelSpacing, ds.SliceThickness, ds.Units = [PT_SPACING, PT_SPACING], PT_STEP, "BQML"
    ds.SeriesDescription = "Uptake"
    ds.RescaleIntercept, ds.RescaleSlope = 0, f"{0.25 + 0.1 * n:.2f}"
    save(ds, f"pet_{n}")
    uptake.append(values * (0.25 + 0.1 * n))
    pets.append(ds)
uptake = np.array(uptake)


def uptake_at(at):
    """As dose_at, in the planes of the images."""
    z, y, x = ((at - pt_origin) @ axis / step for axis, step in ((NORMAL, PT_STEP), (ALONG_COL, PT_SPACING), (ALONG_ROW, PT_SPACING)))
    inside = (z >= 0) & (z <= PT_COUNT - 1) & (y >= -0.5) & (y <= PT_ROWS - 0.5) & (x >= -0.5) & (x <= PT_COLS - 0.5)
    z, y, x = (np.clip(v, 0, n - 1) for v, n in ((z, PT_COUNT), (y, PT_ROWS), (x, PT_COLS)))
    low = [np.minimum(v.astype(int), n - 2) for v, n in ((z, PT_COUNT), (y, PT_ROWS), (x, PT_COLS))]
    out = np.zeros(at.shape[:2])
    for dz, dy, dx in np.ndindex(2, 2, 2):
        weight = 1.0
        for v, l, d in ((z, low[0], dz), (y, low[1], dy), (x, low[2], dx)):
            weight = weight * np.where(d == 1, v - l, 1 - (v - l))
        out += weight * uptake[low[0] + dz, low[1] + dy, low[2] + dx]
    return np.where(inside, out, np.nan)


def state(number, sop_class, name):
    ds = new(sop_class, 50 + number, 1, "PR")
    ds.ContentLabel, ds.SeriesDescription = "BLEND", name
    return ds


def blended(position, pictures, center, width):
    references = [item(ReferencedSOPClassUID=one.SOPClassUID, ReferencedSOPInstanceUID=one.SOPInstanceUID) for one in pictures]
    series = item(SeriesInstanceUID=pictures[0].SeriesInstanceUID, ReferencedImageSequence=Sequence(references))
    voi = item(WindowCenter=center, WindowWidth=width)
    return item(BlendingPosition=position, StudyInstanceUID=root, ReferencedSeriesSequence=Sequence([series]), SoftcopyVOILUTSequence=Sequence([voi]))


blend = state(1, "1.2.840.10008.5.1.4.1.1.11.4", "Blend of two")
blend.BlendingSequence = Sequence([blended("UNDERLYING", images, 700, 1200), blended("SUPERIMPOSED", pets, 600, 900)])
blend.RelativeOpacity = 0.35
steps = np.arange(256)
hot = [np.minimum(steps * 3, 255) * 257, np.clip(steps * 3 - 255, 0, 255) * 257, np.clip(steps * 3 - 510, 0, 255) * 257]
for name, entries in zip(("Red", "Green", "Blue"), hot):
    setattr(blend, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
    blend[f"{name}PaletteColorLookupTableDescriptor"].VR = "US"
    setattr(blend, f"{name}PaletteColorLookupTableData", entries.astype("<u2").tobytes())
save(blend, "blending")
shown = uptake_at(centres[2])
place = np.clip((np.nan_to_num(shown) - 599.5) / 899 + 0.5, 0, 1) * 255
rgba = np.stack([entries[np.rint(place).astype(int)] // 257 for entries in hot] + [np.where(np.isnan(shown), 0, 255)], -1)
rgba[np.isnan(shown)] = 0
advanced = state(2, "1.2.840.10008.5.1.4.1.1.11.8", "Advanced blend")
advanced.add_new(0x00701B01, "SQ", Sequence([item(StudyInstanceUID=root, SeriesInstanceUID=uid) for uid in (images[0].SeriesInstanceUID, f"{root}.77")]))
for n, one in enumerate(advanced[0x00701B01].value):
    one.add_new(0x00701B02, "US", n + 1)
save(advanced, "advanced_blending")
known["blending"] = {
    "series": blend.SeriesInstanceUID, "advanced": advanced.SeriesInstanceUID, "first": images[0].SeriesInstanceUID,
    "rgba": base64.b64encode(rgba.astype("u1").tobytes()).decode(),
    # not half way between two entries, where the last digit of a float decides
    "sure": base64.b64encode((np.abs(place % 1 - 0.5) > 1e-3).astype("u1").tobytes()).decode(),
}


def real(path):
    """A segmentation that others have made: the bits of each frame, by segment and image."""
    ds = dcmread(path)
    masks = {}
    for frame, groups in zip(ds.pixel_array, ds.PerFrameFunctionalGroupsSequence):
        about = groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        masks[f"{number}/{about}"] = lit(frame)
    return {"study": ds.StudyInstanceUID, "instance": ds.SOPInstanceUID, "rows": ds.Rows, "cols": ds.Columns, "masks": masks}


if len(sys.argv) > 2:
    known["real"] = real(sys.argv[2])
json.dump(known, sys.stdout)
