#!/usr/bin/python3
"""An independent judge of slides: parts of Total Pixel Matrices, laid out by numpy from frames that pydicom and GDCM decoded.

stdin: {"crops": [{"path", "left", "top", "width", "height", "out"}]}, places in pixels of that file's matrix, from 0.
Each `out` becomes raw RGB8; what no frame covers, or lies outside of the matrix, is 1, 2, 3. Nothing here shares code with the product.
"""
import json
import sys

import numpy as np
import pydicom
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


def crop(ds, frames, left, top, width, height):
    out = np.empty((height, width, 3), np.uint8)
    out[:] = NOWHERE
    right = min(left + width, int(ds.TotalPixelMatrixColumns))
    bottom = min(top + height, int(ds.TotalPixelMatrixRows))
    for i, (col, row) in enumerate(places(ds)):
        x0, x1 = max(left, col, 0), min(right, col + int(ds.Columns))
        y0, y1 = max(top, row, 0), min(bottom, row + int(ds.Rows))
        if x0 >= x1 or y0 >= y1:
            continue
        tile = frames[i]
        if ds.PhotometricInterpretation.startswith("YBR"):
            tile = convert_color_space(tile, "YBR_FULL", "RGB")
        out[y0 - top:y1 - top, x0 - left:x1 - left] = tile[y0 - row:y1 - row, x0 - col:x1 - col]
    return out


def main():
    files = {}
    for one in json.load(sys.stdin)["crops"]:
        if one["path"] not in files:
            ds = pydicom.dcmread(one["path"])
            frames = ds.pixel_array
            files[one["path"]] = ds, frames if frames.ndim == 4 else frames[np.newaxis]
        ds, frames = files[one["path"]]
        crop(ds, frames, one["left"], one["top"], one["width"], one["height"]).tofile(one["out"])


main()
