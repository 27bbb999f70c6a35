#!/usr/bin/python3
"""An independent judge of drawn pixels: the formulas of PS3.3 C.11 in double, on values that pydicom/GDCM decoded.

stdin: one JSON object {"out": folder, "files": [{"path", "frames": [1, …], "windows": [[center, width, function], …]}]}
stdout: one JSON line per file: UIDs, rows, cols and, per frame and look, the name of a raw RGB8 file in `out`;
or {"path", "error"} when pydicom cannot decode it. Nothing here shares code with the product.
"""
import json
import os
import sys

import numpy as np
import pydicom
import pydicom.config
from pydicom.pixel_data_handlers.util import convert_color_space

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


def lut_of(item, signed):
    count, first, bits = (int(v) for v in item.LUTDescriptor)
    count = count or 65536
    if signed and first > 32767:
        first -= 65536
    data = item.LUTData
    if isinstance(data, bytes):
        entries = np.frombuffer(data, "<u1" if len(data) == count else "<u2")
    else:
        entries = np.asarray(data, dtype=np.int64)
        if entries.size * 2 == count:  # 8-bit entries packed two in a word
            entries = np.frombuffer(entries.astype("<u2").tobytes(), "<u1")
    return first, bits, entries[:count].astype(np.float64)


def look_up(values, lut):
    first, bits, entries = lut
    return entries[np.clip(np.rint(values).astype(np.int64) - first, 0, entries.size - 1)]


def functional_group(ds, frame, name):
    """An item of the shared or per-frame functional groups (PS3.3 C.7.6.16), or the data set itself."""
    for groups in (getattr(ds, "PerFrameFunctionalGroupsSequence", None), getattr(ds, "SharedFunctionalGroupsSequence", None)):
        if groups:
            item = groups[frame if len(groups) > frame and groups is getattr(ds, "PerFrameFunctionalGroupsSequence", None) else 0]
            if name in item and item[name].value:
                return item[name].value[0]
    return ds


def stored_values(ds, array):
    """Bits Stored of each word, sign-extended: what lies above High Bit is not the value (PS3.5 8.1.1)."""
    bits, high = int(ds.BitsStored), int(ds.HighBit)
    if bits == ds.BitsAllocated or array.dtype.kind == "f":
        return array
    values = (array.astype(np.int64) >> (high + 1 - bits)) & ((1 << bits) - 1)
    return np.where(values >= 1 << (bits - 1), values - (1 << bits), values) if ds.PixelRepresentation == 1 else values


def modality_values(ds, stored, frame):
    signed = ds.PixelRepresentation == 1
    if "ModalityLUTSequence" in ds and ds.ModalityLUTSequence:
        return look_up(stored, lut_of(ds.ModalityLUTSequence[0], signed))
    item = functional_group(ds, frame, "PixelValueTransformationSequence")
    slope, intercept = item.get("RescaleSlope", None), item.get("RescaleIntercept", None)
    slope = 1.0 if slope in (None, "") else float(slope)
    intercept = 0.0 if intercept in (None, "") else float(intercept)
    return stored * slope + intercept


def windowed(x, center, width, function):
    if function == "LINEAR":  # C.11.2.1.2.1
        low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            ramp = (x - (center - 0.5)) / (width - 1) + 0.5
        return np.where(x <= low, 0.0, np.where(x > high, 1.0, ramp))
    if function == "LINEAR_EXACT":  # C.11.2.1.3.2
        low, high = center - width / 2, center + width / 2
        return np.where(x <= low, 0.0, np.where(x > high, 1.0, (x - center) / width + 0.5))
    return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - center) / width, -700, 700)))  # SIGMOID, C.11.2.1.3.1


def padding_mask(ds, stored):
    if "PixelPaddingValue" not in ds or ds.PixelPaddingValue in (None, ""):
        return np.zeros(stored.shape, bool)
    signed, bits = ds.PixelRepresentation == 1, ds.BitsAllocated
    fix = lambda v: v - (1 << bits) if signed and v >= 1 << (bits - 1) else v
    first = fix(int(ds.PixelPaddingValue))
    last = fix(int(ds.PixelPaddingRangeLimit)) if ds.get("PixelPaddingRangeLimit") not in (None, "") else first
    return (stored >= min(first, last)) & (stored <= max(first, last))


def grayscale(ds, stored, frame, look):
    """`look` is [center, width, function] or {"voiLut": index}."""
    x = modality_values(ds, stored, frame)
    if isinstance(look, dict):
        lut = lut_of(ds.VOILUTSequence[look["voiLut"]], bool(np.min(x) < 0))
        y = look_up(x, lut) / (2.0 ** lut[1] - 1)
    else:
        y = windowed(x, *look)
    # PS3.3 C.8.11.3: INVERSE "shall be used if Photometric Interpretation is MONOCHROME1": once, not twice
    if ds.PhotometricInterpretation == "MONOCHROME1" or ds.get("PresentationLUTShape", "") == "INVERSE":
        y = 1 - y
    level = np.floor(y * 255 + 0.5).astype(np.uint8)
    level[padding_mask(ds, stored)] = 0
    return np.repeat(level[:, :, None], 3, axis=2)


def colour(ds, values):
    photometric = ds.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        planes = []
        for name in ("Red", "Green", "Blue"):
            count, first, bits = (int(v) for v in ds[name + "PaletteColorLookupTableDescriptor"].value)
            count = count or 65536
            data = ds[name + "PaletteColorLookupTableData"].value
            entries = np.frombuffer(data, "<u1" if len(data) in (count, count + 1) and bits == 8 else "<u2")[:count].astype(np.float64)
            planes.append(np.floor(entries[np.clip(values.astype(np.int64) - first, 0, count - 1)] / (2.0 ** bits - 1) * 255 + 0.5))
        return np.stack(planes, axis=2).astype(np.uint8)
    if photometric in ("YBR_FULL", "YBR_FULL_422"):
        values = convert_color_space(values, photometric, "RGB")
    if ds.BitsStored > 8:
        values = np.floor(values / (2.0 ** ds.BitsStored - 1) * 255 + 0.5)
    return values.astype(np.uint8)


def judge(job, out, number):
    ds = pydicom.dcmread(job["path"], force=True)
    if "PixelData" not in ds or ds.BitsAllocated not in (8, 16, 32):
        raise ValueError("no integer pixel data of 8, 16 or 32 bits")
    frames = int(ds.get("NumberOfFrames", 1) or 1)
    array = stored_values(ds, ds.pixel_array)
    answer = {"path": job["path"], **{name: str(ds[tag].value).split("\0")[0].strip() for name, tag in (("study", "StudyInstanceUID"), ("series", "SeriesInstanceUID"), ("instance", "SOPInstanceUID"))},
              "rows": int(ds.Rows), "cols": int(ds.Columns), "frames": frames, "looks": []}
    mono = ds.PhotometricInterpretation.startswith("MONOCHROME")
    for frame in job["frames"]:
        stored = (array if frames == 1 else array[frame - 1]).astype(np.float64 if mono else array.dtype)
        looks = [None] if not mono else list(job["windows"])
        if mono and not looks:
            low, high = np.percentile(modality_values(ds, stored, frame - 1), [2, 98])
            width = max(2.0, float(np.rint(high - low)))
            middle = float(np.rint((high + low) / 2))
            looks = [[middle, width, "LINEAR"], [middle, 1, "LINEAR"], [middle, width, "LINEAR_EXACT"], [middle, max(2.0, width / 3), "SIGMOID"]]
            looks += [{"voiLut": i} for i in range(len(ds.get("VOILUTSequence", []) or []))]
        for i, look in enumerate(looks):
            rgb = colour(ds, stored) if look is None else grayscale(ds, stored, frame - 1, look)
            name = f"{number}-{frame}-{i}.rgb"
            with open(os.path.join(out, name), "wb") as file:
                file.write(np.ascontiguousarray(rgb).tobytes())
            corner = array if frames == 1 else array[frame - 1]
            answer["looks"].append({"frame": frame, "look": look, "file": name, "stored": np.asarray(corner[-1, -1]).tolist()})
    return answer


def main():
    request = json.load(sys.stdin)
    for number, job in enumerate(request["files"]):
        try:
            answer = judge(job, request["out"], number)
        except Exception as error:  # whatever pydicom cannot read is reported, not judged
            answer = {"path": job["path"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
