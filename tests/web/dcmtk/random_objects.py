"""Random DICOM objects: random_objects.py SEED COUNT writes each to stdout, its length as four bytes before it. pydicom writes what
is around the values; the values are bytes made here, so that they can be what pydicom itself would not write: padding, signs,
exponents, empty values between others. `random` is seeded: the same numbers give the same objects."""

import random
import struct
import sys
import warnings
from io import BytesIO

from pydicom import config
from pydicom.datadict import DicomDictionary
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
)

warnings.simplefilter("ignore")
config.settings.reading_validation_mode = config.IGNORE
config.settings.writing_validation_mode = config.IGNORE

# What belongs to a character set: its values of (0008,0005), Python's name, and letters of it.
CHARSETS = [
    ([], "ascii", "abcXYZ 0123-_.,"),
    (["ISO_IR 100"], "latin_1", "abcXYZ äöüÉñß"),
    (["ISO_IR 101"], "iso8859_2", "abc ąęłŽž"),
    (["ISO_IR 144"], "iso8859_5", "abc ЖщЯю"),
    (["ISO_IR 126"], "iso8859_7", "abc αβγΩ"),
    (["ISO_IR 192"], "utf_8", "abc äЖ山田たろう한"),
    (["GB18030"], "gb18030", "abc 王小东"),
]
SYNTAXES = [
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    JPEGBaseline8Bit,
]
# Group 0028 decides how others are read, and these are added by hand.
TAGS = {}
for tag, (vr, vm, _, retired, _) in DicomDictionary.items():
    if tag >> 16 in (0x0000, 0x0002, 0x0004, 0x0028, 0x7FE0, 0xFFFE, 0xFFFC):
        continue
    if len(vr) == 2 and not retired and tag & 0xFFFF and tag not in (0x00080005, 0x00080001):
        TAGS.setdefault(vr, []).append((tag, vm))
TEXT = {"LO": 64, "SH": 16, "UC": 90, "PN": 40}
LONG_TEXT = {"ST": 200, "LT": 400, "UT": 700}
PRIVATE_VRS = ["LO", "DS", "IS", "US", "SL", "FD", "OB", "UN", "SQ", "UT", "PN", "AT", "UI"]
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
WORDS = {"OB": 1, "UN": 1, "OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


class Maker:
    """Makes one object."""

    def __init__(self, rng, syntax):
        self.rng = rng
        self.syntax = syntax
        self.order = ">" if syntax == ExplicitVRBigEndian else "<"
        self.is_implicit = syntax == ImplicitVRLittleEndian
        self.names, self.codec, self.letters = rng.choice(CHARSETS)

    def letters_of(self, most):
        count = self.rng.randint(1, most)
        return "".join(self.rng.choice(self.letters) for _ in range(count))

    def blank(self):
        return " " * self.rng.choice([0, 0, 0, 1, 2])

    def several(self, make, most=4):
        """One value or more, some of them empty."""
        count = self.rng.choice([1, 1, 1, 2, 3, most])
        return [make() if self.rng.random() < 0.93 else "" for _ in range(count)]

    def name(self):
        groups = [self.letters_of(12).strip() + self.rng.choice(["", "^" + self.letters_of(5), "^^"])]
        while self.rng.random() < 0.3 and len(groups) < 3:
            groups.append(self.rng.choice(["", self.letters_of(6).strip()]))
        return "=".join(groups)

    def decimal(self):
        rng = self.rng
        return rng.choice(
            [
                lambda: str(rng.randint(-99999, 99999)),
                lambda: f"{rng.uniform(-1000, 1000):.6f}",
                lambda: f"{rng.uniform(-1, 1):.6e}",
                lambda: f"{rng.uniform(-1, 1) * 10 ** rng.randint(-30, 30):.4E}",
                lambda: f"+{rng.randint(0, 99)}.50",
                lambda: f"-0.{'0' * rng.randint(1, 5)}",
                lambda: f".{rng.randint(1, 9)}",
                lambda: f"{rng.randint(1, 9)}.",
            ]
        )()

    def ascii_value(self, vr):
        rng = self.rng
        if vr == "DS":
            return self.blank() + self.decimal() + self.blank()
        if vr == "IS":
            return self.blank() + rng.choice(["", "+", "-"]) + str(rng.randint(0, 2**31 - 1))
        if vr == "UI":
            return ".".join(str(rng.randint(0, 99999)) for _ in range(rng.randint(2, 9)))
        if vr == "CS":
            return self.blank() + "".join(rng.choice("ABC_ 019") for _ in range(rng.randint(1, 14)))
        if vr == "AE":
            return self.blank() + "AE" + str(rng.randint(0, 9999)) + self.blank()
        if vr == "AS":
            return f"{rng.randint(0, 999):03}{rng.choice('DWMY')}"
        if vr == "DA":
            return f"{rng.randint(1900, 2030)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        if vr == "TM":
            time = f"{rng.randint(0, 23):02}{rng.randint(0, 59):02}{rng.randint(0, 59):02}"
            return rng.choice([time, time[:4], time + f".{rng.randint(0, 999999):06}"]) + self.blank()
        assert vr == "DT"
        return f"{rng.randint(1900, 2030)}0102030405" + rng.choice(["", ".123456", "+0100"])

    def text(self, vr):
        """Its characters, and in which codec."""
        if vr == "PN":
            return "\\".join(self.several(self.name, 3)), self.codec
        if vr in TEXT:
            make = lambda: self.blank() + self.letters_of(TEXT[vr] // 3) + self.blank()
            return "\\".join(self.several(make)), self.codec
        if vr in LONG_TEXT:
            return self.blank() + self.letters_of(LONG_TEXT[vr] // 3) + self.blank(), self.codec
        if vr == "UR":
            return "https://example.org/" + str(self.rng.randint(0, 9999)), "ascii"
        return "\\".join(self.several(lambda: self.ascii_value(vr))), "ascii"

    def number(self, vr):
        rng = self.rng
        if vr == "FL":
            return struct.unpack("<f", struct.pack("<f", rng.uniform(-1e6, 1e6)))[0]
        if vr == "FD":
            return rng.choice([rng.uniform(-1, 1), rng.uniform(-1e300, 1e300), 0.0, float("inf")])
        bits = 8 * struct.calcsize(NUMBERS[vr])
        low = -(2 ** (bits - 1)) if NUMBERS[vr].islower() else 0
        return rng.choice([low, low + 2**bits - 1, rng.randint(low, low + 2**bits - 1)])

    def value(self, vr):
        rng = self.rng
        if rng.random() < 0.08:
            return b""
        if vr in NUMBERS:
            count = rng.choice([1, 1, 1, 2, 3, 6])
            form = self.order + str(count) + NUMBERS[vr]
            return struct.pack(form, *[self.number(vr) for _ in range(count)])
        if vr == "AT":
            tags = [rng.randint(0, 0xFFFF) for _ in range(2 * rng.choice([1, 1, 3]))]
            return struct.pack(self.order + f"{len(tags)}H", *tags)
        if vr in WORDS:
            count = rng.choice([1, 2, 7, 64, 300])
            return rng.randbytes(count * WORDS[vr] + (count * WORDS[vr]) % 2)
        text, codec = self.text(vr)
        encoded = text.encode(codec)
        return encoded + (b"\0" if vr == "UI" else b" ") * (len(encoded) % 2)

    def element(self, tag, vr, depth):
        tag = Tag(tag)
        if vr == "SQ":
            items = [self.data_set(depth + 1) for _ in range(self.rng.choice([0, 1, 1, 2, 4]))]
            element = DataElement(tag, "SQ", Sequence(items))
            element.is_undefined_length = self.rng.random() < 0.5
            return element
        value = self.value(vr)
        stated = None if self.is_implicit else vr
        return RawDataElement(tag, stated, len(value), value, 0, self.is_implicit, self.order == "<")

    def add_private(self, data_set, depth):
        group = 2 * self.rng.randint(4, 0x3FF) + 1
        block = self.rng.randint(0x10, 0xFF)
        creator = Tag(group << 16 | block)
        data_set[creator] = DataElement(creator, "LO", f"SIGHTLINE {self.rng.randint(0, 9)}")
        for _ in range(self.rng.randint(1, 4)):
            vr = self.rng.choice(PRIVATE_VRS)
            tag = Tag(group << 16 | block << 8 | self.rng.randint(0, 255))
            data_set[tag] = self.element(tag, vr, depth)

    def keep_bytes(self, data_set):
        """pydicom would make the values of another byte order, character set or VR anew: these have all three already."""
        data_set.is_implicit_VR = data_set.read_implicit_vr = self.is_implicit
        data_set.is_little_endian = data_set.read_little_endian = self.order == "<"
        data_set.read_encoding = data_set._character_set

    def data_set(self, depth=0):
        rng = self.rng
        data_set = Dataset()
        data_set.is_undefined_length_sequence_item = rng.random() < 0.5
        self.keep_bytes(data_set)
        for _ in range(rng.randint(0 if depth else 6, 24 >> depth)):
            vr = rng.choice([*TAGS] if depth < 3 else [vr for vr in TAGS if vr != "SQ"])
            tag, _ = rng.choice(TAGS[vr])
            data_set[Tag(tag)] = self.element(tag, vr, depth)
        if rng.random() < 0.3 and depth < 3:
            self.add_private(data_set, depth)
        return data_set

    def add_pixels(self, data_set):
        rng = self.rng
        rows, cols, frames = rng.randint(1, 9), rng.randint(1, 9), rng.choice([1, 1, 2, 5])
        bits = rng.choice([8, 16]) if self.syntax != JPEGBaseline8Bit else 8
        data_set.NumberOfFrames = frames
        data_set.Rows, data_set.Columns = rows, cols
        data_set.BitsAllocated, data_set.PixelRepresentation = bits, rng.choice([0, 1])
        if self.syntax == JPEGBaseline8Bit:
            streams = [rng.randbytes(rng.randint(2, 90) * 2) for _ in range(frames)]
            pieces = rng.choice([1, 1, 2])
            data_set.PixelData = encapsulate(streams, fragments_per_frame=pieces, has_bot=rng.random() < 0.7)
            data_set["PixelData"].is_undefined_length = True
        else:
            size = rows * cols * frames * bits // 8
            data_set.PixelData = rng.randbytes(size + size % 2)
        data_set["PixelData"].VR = "OB" if self.syntax == JPEGBaseline8Bit or bits == 8 else "OW"

    def file(self):
        data_set = self.data_set()
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = self.syntax
        meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
        meta.MediaStorageSOPInstanceUID = f"2.25.{self.rng.randint(1, 2**100)}"
        if self.names:
            data_set.SpecificCharacterSet = self.names
        if self.rng.random() < 0.4 or self.syntax == JPEGBaseline8Bit:
            self.add_pixels(data_set)
        out = FileDataset(None, data_set, file_meta=meta, preamble=b"\0" * 128)
        self.keep_bytes(out)
        stream = BytesIO()
        out.save_as(stream, write_like_original=False)
        return stream.getvalue()


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for i in range(count):
        rng = random.Random(f"{seed} {i}")
        file = Maker(rng, SYNTAXES[i % len(SYNTAXES)]).file()
        sys.stdout.buffer.write(struct.pack("<I", len(file)) + file)


main()
