"""What pydicom says of an object without pictures, as JSON on one line per file: the judge of document_parser.test.ts."""
import hashlib
import json
import struct
import sys
import warnings

import pydicom
import pydicom.waveforms

warnings.simplefilter("ignore")


def meaning(item, keyword):
    sequence = item.get(keyword)
    return str(sequence[0].get("CodeMeaning", "") or "") if sequence else ""


def text_of(item, kind):
    keywords = {
        "TEXT": "TextValue",
        "DATE": "Date",
        "TIME": "Time",
        "DATETIME": "DateTime",
        "UIDREF": "UID",
        "PNAME": "PersonName",
    }
    if kind in keywords:
        return str(item.get(keywords[kind], "") or "").strip()
    if kind == "CODE":
        return meaning(item, "ConceptCodeSequence")
    if kind == "NUM":
        measured = item.get("MeasuredValueSequence")
        if not measured:
            return ""
        return str(measured[0].NumericValue) + " " + meaning(measured[0], "MeasurementUnitsCodeSequence")
    if kind in ("IMAGE", "COMPOSITE", "WAVEFORM"):
        return " ".join(str(one.ReferencedSOPInstanceUID) for one in item.get("ReferencedSOPSequence", []))
    if kind in ("SCOORD", "SCOORD3D"):
        return item.GraphicType + " " + " ".join("%.6g" % v for v in item.GraphicData)
    if not kind:
        return ".".join(str(v) for v in item.ReferencedContentItemIdentifier)
    return ""


def content(item, place, rows):
    kind = item.get("ValueType", "") or ""
    rows.append(
        [place, kind, str(item.get("RelationshipType", "") or ""), meaning(item, "ConceptNameCodeSequence"), text_of(item, kind)]
    )
    for index, child in enumerate(item.get("ContentSequence", [])):
        content(child, f"{place}.{index + 1}", rows)
    return rows


def group_of(dataset, index):
    group = dataset.WaveformSequence[index]
    raw = pydicom.waveforms.multiplex_array(dataset, index, as_raw=True)
    words = b"".join(struct.pack("<%di" % len(column), *map(int, column)) for column in raw.T)
    return {
        "sha256": hashlib.sha256(words).hexdigest(),
        "channels": raw.shape[1],
        "samples": raw.shape[0],
        "frequency": float(group.SamplingFrequency),
        "labels": [str(c.get("ChannelLabel", "") or "") for c in group.ChannelDefinitionSequence],
        "sources": [meaning(c, "ChannelSourceSequence") for c in group.ChannelDefinitionSequence],
        "sensitivity": [float(c.get("ChannelSensitivity", 1) or 1) for c in group.ChannelDefinitionSequence],
        # pydicom: (stored + baseline) * sensitivity * correction; the standard: stored * sensitivity * correction + baseline
        "baseline": [float(c.get("ChannelBaseline", 0) or 0) for c in group.ChannelDefinitionSequence],
        "scaled": [float(v) for v in pydicom.waveforms.multiplex_array(dataset, index, as_raw=False)[7]],
    }


def judge(path):
    dataset = pydicom.dcmread(path, force=True)
    if "EncapsulatedDocument" in dataset:
        data = dataset.EncapsulatedDocument
        return {
            "kind": "encapsulated",
            "sha256": hashlib.sha256(data).hexdigest(),
            "title": str(dataset.get("DocumentTitle", "") or ""),
            "mimeType": str(dataset.MIMETypeOfEncapsulatedDocument),
        }
    if "WaveformSequence" in dataset:
        groups = [group_of(dataset, index) for index in range(len(dataset.WaveformSequence))]
        return {"kind": "waveform", "groups": groups, "annotations": len(dataset.get("WaveformAnnotationSequence", []))}
    return {
        "kind": "sr",
        "completion": str(dataset.get("CompletionFlag", "") or ""),
        "verification": str(dataset.get("VerificationFlag", "") or ""),
        "content": content(dataset, "1", []),
    }


for name in sys.argv[1:]:
    print(json.dumps(judge(name)))
