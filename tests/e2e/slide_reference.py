#!/usr/bin/python3
"""An independent judge of slides: parts of Total Pixel Matrices, laid out by numpy from frames that pydicom and GDCM decoded.

stdin: {"crops": [{"path", "left", "top", "width", "height", "out"}]}, places in pixels of that file's matrix, from 0.
Each `out` becomes raw RGB8; what no frame covers, or lies outside of the matrix, is 1, 2, 3. Nothing here shares code with the product.
"""
import json
import sys

import numpy as np
import pydicom
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.pixel_data_handlers.util import convert_color_space

NOWHERE = (1, 2, 3)


def places(ds):
    """Column and row of each frame's first pixel, from 0. PS3.3 C.7.6.17.3."""
    across = -(-int(ds.TotalPixelMatrixColumns) // int(ds.Columns))
    for i in range(int(ds.NumberOfFrames)):
        if ds.get("DimensionOrganizationType") == "TILED_FULL":
            yield i % across * int(ds.Columns), i // across * int(ds.Rows)
        else:
            item = ds.PerFrameFunctionalGroupsSequence[i].PlanePositionSlideSequence[0]
            yield (int(item.ColumnPositionInTotalImagePixelMatrix) - 1,
                   int(item.RowPositionInTotalImagePixelMatrix) - 1)


def decoded(ds, wanted):
    """Stored values of these frames (from 0), by number."""
    if ds.file_meta.TransferSyntaxUID.is_compressed:
        encoded = list(generate_pixel_data_frame(ds.PixelData, int(ds.NumberOfFrames)))
        part = pydicom.Dataset(ds)
        part.file_meta, part.is_little_endian, part.is_implicit_VR = ds.file_meta, True, False
        part.PixelData = encapsulate([encoded[i] for i in wanted])
        part["PixelData"].VR, part["PixelData"].is_undefined_length = "OB", True
        part.NumberOfFrames = len(wanted)
        values = part.pixel_array
        values = values if values.ndim == 4 else values[np.newaxis]
    else:
        values = ds.pixel_array[wanted]
    return dict(zip(wanted, values))


def crop(ds, left, top, width, height):
    out = np.empty((height, width, 3), np.uint8)
    out[:] = NOWHERE
    right = min(left + width, int(ds.TotalPixelMatrixColumns))
    bottom = min(top + height, int(ds.TotalPixelMatrixRows))
    parts = {}
    for i, (col, row) in enumerate(places(ds)):
        x0, x1 = max(left, col, 0), min(right, col + int(ds.Columns))
        y0, y1 = max(top, row, 0), min(bottom, row + int(ds.Rows))
        if x0 < x1 and y0 < y1:
            parts[i] = x0, x1, y0, y1, col, row
    frames = decoded(ds, list(parts))
    for i, (x0, x1, y0, y1, col, row) in parts.items():
        out[y0 - top:y1 - top, x0 - left:x1 - left] = frames[i][y0 - row:y1 - row, x0 - col:x1 - col]
    covered = (out != NOWHERE).any(-1)
    if ds.PhotometricInterpretation.startswith("YBR"):
        out[covered] = convert_color_space(out[covered][np.newaxis], "YBR_FULL", "RGB")[0]
    return out


def main():
    files = {}
    for one in json.load(sys.stdin)["crops"]:
        if one["path"] not in files:
            files[one["path"]] = pydicom.dcmread(one["path"])
        place = [one[key] for key in ("left", "top", "width", "height")]
        crop(files[one["path"]], *place).tofile(one["out"])


main()
