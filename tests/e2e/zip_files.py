#!/usr/bin/python3
"""ZIP files by Python's zipfile, an independent writer: zip_files.py OUT DICOM… writes every kind into OUT.

Each holds the given DICOM files, one of them in nested folders, and a note whose name is not ASCII; the faulty ones say
in their name what is wrong with them.
"""
import io
import os
import struct
import sys
import zipfile

NOTE = "Ordner/Übersicht – 画像.txt"


class Unseekable(io.RawIOBase):
    """As a pipe: zipfile then puts sizes behind the data (APPNOTE.TXT 4.3.9)."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def fill(archive, paths, method):
    for number, path in enumerate(paths):
        name = f"Ordner/tiefer/{number}/" * (number == 0) + os.path.basename(path)
        archive.write(path, name, method)
    archive.writestr(zipfile.ZipInfo("Ordner/leer/"), b"")
    archive.writestr(NOTE, "no picture", method)


def make(paths, method=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        fill(archive, paths, method)
        archive.comment = comment
    return out.getvalue()


def described(paths):
    out = io.BytesIO()
    with zipfile.ZipFile(Unseekable(out), "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive, paths, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def in_64_bits(paths):
    """Every size and offset, and the end, as of a file beyond 4 GiB and 65,535 members."""
    limit, count = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 0, 0
    try:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in paths:
                with open(path, "rb") as source, archive.open(os.path.basename(path), "w", force_zip64=True) as member:
                    member.write(source.read())
            with archive.open(NOTE, "w", force_zip64=True) as member:
                member.write(b"no picture")
        return out.getvalue()
    finally:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limit, count


def appended(paths, prefix):
    """Offsets count from the first byte of the prefix, as zipfile itself writes them behind another file."""
    out = io.BytesIO(prefix)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        fill(archive, paths, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def patched(data, name, field, value, form="<I"):
    """A field of the member's central header (APPNOTE.TXT 4.3.12) overwritten."""
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name:
        at = data.index(b"PK\x01\x02", at + 4)
    out = bytearray(data)
    struct.pack_into(form, out, at + field, value)
    return bytes(out)


def single(name, content, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def overlapping(path):
    """Forty members that are the same bytes: how a small file unfolds to a large one."""
    with open(path, "rb") as source:
        one = single("0", source.read())
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    central = b"".join(one[start : start + 46] + b"%c" % (48 + i) + one[start + 47 : end] for i in range(40))
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 40, 40, len(central), start, 0)
    return one[:start] + central + tail


def main(out, paths):
    with open(paths[0], "rb") as source:
        picture = source.read()
    size, compressed, flags = 24, 20, 8
    zeros = single("zeros", bytes(64 << 20))
    plain = single("picture", picture)
    kinds = {
        "deflated.zip": make(paths),
        "stored.zip": make(paths, zipfile.ZIP_STORED),
        "comment.zip": make(paths, comment=b"PK\x05\x06 in a comment " * 50),
        "described.zip": described(paths),
        "zip64.zip": in_64_bits(paths),
        "prefix.zip": b"#!/bin/sh\nexit\n" * 100 + make(paths),
        "prefix.exe": appended(paths, b"MZ" + bytes(4000)),
        "encrypted.zip": patched(make(paths), os.path.basename(paths[1]).encode(), flags, 1, "<H"),
        "bzip2.zip": make(paths, zipfile.ZIP_BZIP2),
        "deep.zip": single("2.zip", single("3.zip", single("4.zip", plain))),
        "longer_than_stated.zip": patched(zeros, b"zeros", size, 1 << 20),
        "shorter_than_stated.zip": patched(plain, b"picture", size, len(picture) + 1),
        "bomb_by_ratio.zip": patched(plain, b"picture", size, 0x7FFFFFFF),
        "bomb_honest.zip": zeros,
        "over_1_gib.zip": bytes(2 << 20) + patched(patched(zeros, b"zeros", size, 0x40000001), b"zeros", compressed, 2 << 20),
        "beyond_the_end.zip": patched(plain, b"picture", compressed, len(plain) - 8),
        "overlapping.zip": overlapping(paths[0]),
        "checksum.zip": patched(plain, b"picture", 16, 12345),
        "cut_off.zip": plain[: len(plain) // 2],
        "no_directory.zip": plain[:-22] + plain[-22:-10] + struct.pack("<II", 46, 7) + b"\0\0",
        "junk.zip": b"not even a ZIP file",
        "junk.exe": b"MZ" + bytes(100000),
        "empty.zip": b"PK\x05\x06" + bytes(18),
    }
    for name, data in kinds.items():
        with open(os.path.join(out, name), "wb") as file:
            file.write(data)


main(sys.argv[1], sys.argv[2:])
