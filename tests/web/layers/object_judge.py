"""What pydicom says of objects that lie over images, as JSON on one line per file: the judge of layer_object.test.ts."""
import json
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def text(ds, keyword):
    return str(ds.get(keyword, "") or "").strip()


def meaning(ds, keyword):
    sequence = ds.get(keyword)
    return text(sequence[0], "CodeMeaning") if sequence else ""


def numbers(value):
    if value is None:
        return []
    return [int(v) for v in value] if isinstance(value, pydicom.multival.MultiValue) else [int(value)]


def segmentation(ds):
    frames = []
    shared = ds.get("SharedFunctionalGroupsSequence", [pydicom.Dataset()])
    for groups in ds.get("PerFrameFunctionalGroupsSequence", []):
        identification = groups.get("SegmentIdentificationSequence") or (shared[0].get("SegmentIdentificationSequence") if shared else None)
        images = [
            [text(source, "ReferencedSOPInstanceUID"), numbers(source.get("ReferencedFrameNumber"))]
            for derivation in groups.get("DerivationImageSequence", [])
            for source in derivation.get("SourceImageSequence", [])
        ]
        frames.append({"segment": int(identification[0].ReferencedSegmentNumber) if identification else None, "images": images})
    return {
        "type": ds.SegmentationType,
        "segments": [
            {
                "number": int(s.SegmentNumber), "label": text(s, "SegmentLabel"), "algorithm": text(s, "SegmentAlgorithmType"),
                "type": meaning(s, "SegmentedPropertyTypeCodeSequence"),
                "lab": [int(v) for v in s.RecommendedDisplayCIELabValue] if "RecommendedDisplayCIELabValue" in s else None,
            }
            for s in ds.SegmentSequence
        ],
        "frames": frames,
    }


def structures(ds):
    contours = {int(c.ReferencedROINumber): c for c in ds.get("ROIContourSequence", [])}
    regions = []
    for roi in ds.StructureSetROISequence:
        drawn = contours.get(int(roi.ROINumber), pydicom.Dataset())
        sequence = drawn.get("ContourSequence", []) or []
        regions.append({
            "number": int(roi.ROINumber), "label": text(roi, "ROIName"),
            "rgb": [int(v) for v in drawn.ROIDisplayColor] if drawn.get("ROIDisplayColor") else None,
            "types": [c.ContourGeometricType for c in sequence],
            "images": [text(c.ContourImageSequence[0], "ReferencedSOPInstanceUID") if c.get("ContourImageSequence") else None for c in sequence],
            "points": [float(v) for c in sequence for v in c.ContourData],
        })
    return {"regions": regions}


for path in sys.argv[1:]:
    ds = pydicom.dcmread(path, force=True)
    verdict = {"instance": ds.SOPInstanceUID, "space": text(ds, "FrameOfReferenceUID")}
    if ds.Modality == "SEG":
        verdict.update(segmentation(ds))
    elif ds.Modality == "RTSTRUCT":
        verdict.update(structures(ds))
    else:
        verdict.update(units=ds.DoseUnits, scaling=float(ds.DoseGridScaling), offsets=[float(v) for v in ds.get("GridFrameOffsetVector", []) or []] if ds.get("NumberOfFrames", 1) > 1 else None)
    print(json.dumps(verdict))
