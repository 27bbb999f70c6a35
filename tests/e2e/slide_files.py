#!/usr/bin/python3
"""Slides that no scanner made: argv[1] is the folder of real files, argv[2] where these go.

sparse/: TILED_SPARSE, two focal planes, tiles at odd places: one over the other, across the edge, outside; most are missing.
huge/: a matrix of 2^31 - 1 by 2^31 - 1 pixels that says it has 25 tiles. many/: 2500 tiles in one JPEG level, beside a level of one.
"""
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

real, out = sys.argv[1], sys.argv[2]


def save(ds, folder, name):
    os.makedirs(os.path.join(out, folder), exist_ok=True)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.save_as(os.path.join(out, folder, name), write_like_original=False)


def slide(base, cols, rows):
    ds = pydicom.dcmread(os.path.join(real, base))
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = cols, rows
    return ds


def position(col, row, z):
    item = Dataset()
    item.ColumnPositionInTotalImagePixelMatrix = col
    item.RowPositionInTotalImagePixelMatrix = row
    item.XOffsetInSlideCoordinateSystem = item.YOffsetInSlideCoordinateSystem = "0"
    item.ZOffsetInSlideCoordinateSystem = z
    group = Dataset()
    group.PlanePositionSlideSequence = Sequence([item])
    return group


def sparse():
    ds = slide("wsi/sm_image.dcm", 60, 40)
    ds.DimensionOrganizationType = "TILED_SPARSE"
    ds.Rows = ds.Columns = 10
    tiles = [((1, 1), "0"), ((6, 6), "0"), ((56, 1), "0"), ((1, -4), "0"), ((1000, 1), "0"), ((21, 21), "0"), ((21, 21), "2.5")]
    ds.NumberOfFrames = len(tiles)
    ds.PerFrameFunctionalGroupsSequence = Sequence([position(c, r, z) for (c, r), z in tiles])
    pixels = np.zeros((len(tiles), 10, 10, 3), np.uint8)
    for i in range(len(tiles)):
        pixels[i] = (20 * i + 10, 255 - 20 * i, 100)
    ds.PixelData = pixels.tobytes()
    save(ds, "sparse", "0.dcm")


def huge():
    save(slide("wsi/sm_image.dcm", 2**31 - 1, 2**31 - 1), "huge", "0.dcm")


def many():
    fine = slide("wsi/he-pyramid/sm-1/0008.dcm", 50 * 512, 50 * 512)
    coarse = slide("wsi/he-pyramid/sm-1/0008.dcm", 512, 512)
    tile = pydicom.encaps.generate_pixel_data_frame(fine.PixelData, 1)
    tile = next(tile)
    coarse.StudyInstanceUID, coarse.SeriesInstanceUID = fine.StudyInstanceUID, fine.SeriesInstanceUID
    for ds, count in ((fine, 2500), (coarse, 1)):
        ds.DimensionOrganizationType = "TILED_FULL"
        ds.NumberOfFrames = count
        del ds.PerFrameFunctionalGroupsSequence
        for keyword in ("ConcatenationUID", "ConcatenationFrameOffsetNumber", "InConcatenationNumber"):
            if keyword in ds:
                delattr(ds, keyword)
        ds.PixelData = encapsulate([tile] * count)
        save(ds, "many", f"{count}.dcm")


sparse()
huge()
many()
