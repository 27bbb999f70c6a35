"""What pydicom reads of the coordinates of reports, a line of JSON for each file."""
import json
import sys

from pydicom import dcmread


def walk(item, number, found):
    children = item.get("ContentSequence", [])
    if item.get("ValueType") in ("SCOORD", "SCOORD3D"):
        images = [(str(r.ReferencedSOPInstanceUID), [int(f) for f in frames_of(r)])
                  for child in children if child.get("ValueType") == "IMAGE" for r in child.ReferencedSOPSequence]
        data = item.GraphicData
        found.append({"id": number, "shape": str(item.GraphicType), "points": [float(v) for v in data], "images": images})
    for place, child in enumerate(children, 1):
        walk(child, f"{number}.{place}", found)


def frames_of(reference):
    frames = reference.get("ReferencedFrameNumber")
    if frames is None:
        return []
    return frames if hasattr(frames, "__iter__") else [frames]


for path in sys.argv[1:]:
    marks = []
    walk(dcmread(path), "1", marks)
    print(json.dumps(marks))
