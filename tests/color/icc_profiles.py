"""Writes ICC profiles, made of numbers alone, into a folder: python3 icc_profiles.py FOLDER.

Source: ICC.1:2001-04 and ICC.1:2022; nothing is copied from a profile that exists.
"""
import struct
import sys
from pathlib import Path

D50 = (0.9642, 1.0, 0.8249)
# Bradford-adapted to D50, as the primaries' standards give them.
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
WIDE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def xyz(values):
    return b"XYZ \0\0\0\0" + fixed(*values)


def curve(entries):
    """No entry: straight; one: a gamma; more: a table."""
    words = [round(entries[0] * 256)] if len(entries) == 1 else [round(e * 65535) for e in entries]
    return b"curv\0\0\0\0" + struct.pack(f">I{len(words)}H", len(words), *words)


def parametric(*numbers):
    """Type 3: (a x + b) ^ g from d on, c x below it."""
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + fixed(*numbers)


def text_of(name, version):
    if version >= 4:
        words = name.encode("utf-16-be")
        return b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(words), 28) + words
    ascii_name = name.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_name)) + ascii_name + bytes(4 + 4 + 2 + 1 + 67)


def profile(name, tags, *, version=2, device_class=b"mntr", space=b"RGB ", connection=b"XYZ ", intent=0):
    tags = {b"desc": text_of(name, version), b"cprt": b"text\0\0\0\0none\0", b"wtpt": xyz(D50), **tags}
    if version >= 4:
        tags[b"cprt"] = text_of("none", version)
    offset = 128 + 4 + 12 * len(tags)
    table, body = b"", b""
    for signature, value in tags.items():
        table += signature + struct.pack(">II", offset + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", offset + len(body), bytes(4), version << 24 | 0x200000, device_class, space, connection)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8)
    header += struct.pack(">I", intent) + fixed(*D50)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def matrix_profile(name, colorants, curves, **options):
    tags = {b"rXYZ": xyz(colorants[0]), b"gXYZ": xyz(colorants[1]), b"bXYZ": xyz(colorants[2])}
    tags.update(zip((b"rTRC", b"gTRC", b"bTRC"), curves))
    return profile(name, tags, **options)


def srgb_light(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def lab(color):
    def f(t):
        return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29

    x, y, z = (f(value / white) for value, white in zip(color, D50))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def scanner(red, green, blue):
    """Light that a scanner with straight sensors and some crosstalk saw, and a white that is not quite white."""
    light = [0.98 * srgb_light(value) for value in (red, green, blue)]
    mean = sum(light) / 3
    light = [0.85 * value + 0.15 * mean for value in light]
    return [sum(light[k] * WIDE[k][i] for k in range(3)) for i in range(3)]


def scanner_profile(grid=17, **options):
    """lut16Type to CIELAB with curves in front: not one of its steps is straight."""
    words = []
    for red in range(grid):
        for green in range(grid):
            for blue in range(grid):
                # its curves have taken the square root out
                device = [(step / (grid - 1)) ** 1.25 for step in (red, green, blue)]
                lightness, a, b = lab(scanner(*device))
                for value in (lightness / 100 * 0xFF00, (a + 128) * 256, (b + 128) * 256):
                    words.append(min(max(round(value), 0), 0xFFFF))
    entries = 256
    curves = [round(65535 * (i / (entries - 1)) ** 0.8) for i in range(entries)] * 3
    table = b"mft2\0\0\0\0" + struct.pack(">BBBB", 3, 3, grid, 0) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += struct.pack(">HH", entries, 2) + struct.pack(f">{len(curves)}H", *curves)
    table += struct.pack(f">{len(words)}H", *words) + struct.pack(">6H", *[0, 65535] * 3)
    return profile("Sightline scanner", {b"A2B0": table}, device_class=b"scnr", connection=b"Lab ", **options)


def profiles():
    table = curve([srgb_light(i / 1023) for i in range(1024)])
    gamma = curve([2.19921875])
    steep = parametric(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    gray = {b"kTRC": curve([2.2])}
    return {
        "srgb": matrix_profile("Sightline sRGB", SRGB, [table] * 3),
        "wide": matrix_profile("Sightline wide", WIDE, [gamma] * 3),
        "straight": matrix_profile("Sightline straight", SRGB, [curve([])] * 3, device_class=b"scnr", intent=1),
        "unequal": matrix_profile("Sightline unequal", WIDE, [curve([1.8]), gamma, curve([2.6])]),
        "p3": matrix_profile("Sightline P3", P3, [steep] * 3, version=4),
        "scanner": scanner_profile(),
        "absolute": scanner_profile(intent=3),
        "gray": profile("Sightline gray", gray, space=b"GRAY"),
        "bare": profile("Sightline bare", {}),
    }


if __name__ == "__main__":
    for name, data in profiles().items():
        Path(sys.argv[1], f"{name}.icc").write_bytes(data)
