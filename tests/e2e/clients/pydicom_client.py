"""pydicom as a client of the server: what it reads over DICOMweb is what it reads in the files.

    pydicom_client.py index FOLDER            UIDs of the DICOM files under FOLDER
    pydicom_client.py rename FOLDER           for [{path, uids}, …] on stdin: copies in FOLDER, each an object of its own
    pydicom_client.py compare ORIGIN          for [{path, uids}, …] on stdin: metadata and object against the file

They answer in JSON on stdout.
"""

import io
import json
import struct
import sys
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

warnings.simplefilter("ignore")
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
# Group lengths are no attributes of a data set; the metadata name their own character set.
NOT_COMPARED = {0x00080005}


def index(folder):
    found = []
    for path in sorted(Path(folder).rglob("*")):
        if not path.is_file():
            continue
        try:
            dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
            uids = [str(dataset[keyword].value) for keyword in UIDS]
        except Exception:  # no DICOM, or without the three UIDs: no instance
            continue
        found.append({"path": str(path.relative_to(folder)), "uids": uids})
    return found


def fetch(url, accept):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request) as response:
        return response.headers, response.read()


def one_part(headers, body):
    """The body of the only part of a multipart/related answer."""
    boundary = headers.get_param("boundary").encode()
    first = body.index(b"--" + boundary)
    begin = body.index(b"\r\n\r\n", first) + 4
    return body[begin : body.rindex(b"\r\n--" + boundary + b"--")]


def plain(value, vr):
    """A value as it is compared: numbers by their value, texts by their characters."""
    if isinstance(value, pydicom.valuerep.PersonName):
        return "=".join(group.rstrip("^ ") for group in str(value).split("=")).rstrip("=")
    if vr == "FL" and isinstance(value, float):  # JSON has the shortest decimal that is this float
        return struct.unpack("<f", struct.pack("<f", value))[0]
    if isinstance(value, (float, int)):
        return float(value)
    if isinstance(value, str):
        return value.strip(" \0")
    return value


def values(element):
    """The element's values as a list, of an unknown VR its bytes."""
    many = isinstance(element.value, (list, pydicom.multival.MultiValue))
    found = list(element.value) if many else [element.value]
    found = [plain(value, element.VR) for value in found]
    return [] if all(value in (None, "", b"") for value in found) else found


def differences(read, expected, path=""):
    """Tags by which two data sets differ."""
    out = []
    tags = set(read.keys()) | set(expected.keys())
    for tag in sorted(tags):
        if tag.element == 0 or int(tag) in NOT_COMPARED or tag.group == 2:
            continue
        name = f"{path}{tag.group:04X}{tag.element:04X}"
        try:
            a = read[tag] if tag in read else None
            b = expected[tag] if tag in expected else None
        except Exception as error:
            out.append(f"{name}: {type(error).__name__}")
            continue
        if a is None or b is None:
            out.append(f"{name}: only in the {'file' if a is None else 'answer'}")
        elif a.VR == "SQ" and b.VR == "SQ":
            if len(a.value) != len(b.value):
                out.append(f"{name}: items")
            for number, (one, two) in enumerate(zip(a.value, b.value)):
                out += differences(one, two, f"{name}[{number}].")
        elif a.VR == "UN" and b.VR != "UN":  # implicit VR: pydicom knows some private tags by itself
            continue
        elif values(a) != values(b):
            out.append(f"{name} {a.VR}/{b.VR}: {str(a.value)[:60]!r} {str(b.value)[:60]!r}")
    return out


def swapped(words):
    out = bytearray(words)
    out[0::2], out[1::2] = words[1::2], words[0::2]
    return bytes(out)


def compare(origin, wanted):
    answers = []
    for one in wanted:
        study, series, instance = (uid.replace(" ", "%20") for uid in one["uids"])
        url = f"{origin}/dicom-web/studies/{study}/series/{series}/instances/{instance}"
        raw = Path(one["path"]).read_bytes()
        try:
            accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
            same_bytes = one_part(*fetch(url, accept)) == raw
        except urllib.error.HTTPError as error:
            answers.append({"path": one["path"], "status": error.code})
            continue
        _, text = fetch(f"{url}/metadata", "application/dicom+json")

        def bulk(_tag, _vr, uri):
            # What cannot be had as octets (a compressed icon) comes in its own media type.
            head, bytes_ = fetch(uri, "application/octet-stream, */*;q=0.1")
            is_multipart = head.get_content_maintype() == "multipart"
            return one_part(head, bytes_) if is_multipart else bytes_

        try:
            read = Dataset.from_json(json.loads(text)[0], bulk_data_uri_handler=bulk)
            expected = pydicom.dcmread(io.BytesIO(raw), force=True)
            if expected.file_meta.get("TransferSyntaxUID", ImplicitVRLittleEndian).is_compressed:
                # Its frames are decoded for this Accept; tests/dicomweb compare them.
                read.pop("PixelData", None), expected.pop("PixelData", None)
            pixels = expected.get_item(0x7FE00010)
            if not expected.is_little_endian and pixels is not None and pixels.VR == "OW":
                expected.PixelData = swapped(expected.PixelData)  # JSON has no other order
            differing = differences(read, expected)
        except Exception as error:
            differing = [f"{type(error).__name__}: {error}"]
        answers.append({"path": one["path"], "status": 200, "sameBytes": same_bytes, "differing": differing})
    return answers


def rename(folder, wanted):
    renamed = []
    for number, one in enumerate(wanted, 1):
        copy = Path(folder) / f"{number}.dcm"
        uid = f"2.25.{number}"
        try:
            dataset = pydicom.dcmread(one["path"])
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
            dataset.save_as(copy)
        except Exception:  # pydicom cannot write every file that it reads
            continue
        renamed.append({**one, "path": str(copy), "uids": [*one["uids"][:2], uid]})
    return renamed


if sys.argv[1] == "index":
    print(json.dumps(index(sys.argv[2])))
elif sys.argv[1] == "rename":
    print(json.dumps(rename(sys.argv[2], json.load(sys.stdin))))
else:
    print(json.dumps(compare(sys.argv[2], json.load(sys.stdin))))
