"""Pairs of DICOM objects on stdin, each with its length before it: names on stdout each element in which pydicom sees another value
in the second than in the first, and then the number of pairs. Character sets may differ, characters may not."""

import sys
import warnings
from io import BytesIO
from struct import unpack

from pydicom import config, dcmread
from pydicom.encaps import generate_pixel_data_fragment, get_frame_offsets
from pydicom.filebase import DicomBytesIO
from pydicom.valuerep import PersonName

warnings.simplefilter("ignore")
config.settings.reading_validation_mode = config.IGNORE


def plain(value):
    """Texts without the blanks at their ends, which padding adds to."""
    if isinstance(value, (PersonName, str)):
        return str(value).strip()
    if hasattr(value, "original_string") and value.original_string is not None:
        return str(value.original_string).strip()
    if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue":
        return [plain(each) for each in value]
    return "" if value is None else value


def fragments(value):
    """All of them as one, without the offset table."""
    stream = DicomBytesIO(value)
    stream.is_little_endian = True
    get_frame_offsets(stream)
    return b"".join(generate_pixel_data_fragment(stream))


def compare(first, second, path):
    for tag in sorted({*first.keys(), *second.keys()}):
        if tag.element == 0 or tag == 0x00080005:
            continue
        name = f"{path}{tag:08X}"
        if tag not in first or tag not in second:
            print(name, "is in one only")
            continue
        one, other = first[tag], second[tag]
        if one.VR == "SQ" and other.VR == "SQ":
            if len(one.value) != len(other.value):
                print(name, "items")
            for i, (item, its) in enumerate(zip(one.value, other.value)):
                compare(item, its, f"{name}/{i + 1}/")
        elif tag == 0x7FE00010 and one.is_undefined_length:
            if fragments(one.value) != fragments(other.value):
                print(name, "frames")
        elif one.VR != other.VR:
            print(name, one.VR, other.VR)
        elif plain(one.value) != plain(other.value):
            print(name, one.VR, "value")


def objects():
    data = sys.stdin.buffer.read()
    at = 0
    while at < len(data):
        (length,) = unpack("<I", data[at : at + 4])
        yield dcmread(BytesIO(data[at + 4 : at + 4 + length]))
        at += 4 + length


count = 0
pairs = objects()
for first in pairs:
    compare(first, next(pairs), f"{count} ")
    count += 1
print(count, "pairs")
