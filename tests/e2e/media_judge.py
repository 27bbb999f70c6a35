#!/usr/bin/python3
"""What pydicom says of folders with media sets: media_judge.py FOLDER… prints one JSON line for each.

{"studies": {Study Instance UID: number of different objects}, "missing": files that a DICOMDIR names and that are not there}
"""
import hashlib
import json
import os
import sys

import pydicom
import pydicom.config

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"


def judge(folder):
    studies, missing, instances, directories = {}, set(), set(), []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            if dataset.file_meta.get("MediaStorageSOPClassUID") == MEDIA_STORAGE_DIRECTORY:
                directories.append((place, dataset))
                continue
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            studies.setdefault(dataset.StudyInstanceUID, set()).add(digest)
            instances.add(dataset.SOPInstanceUID)
    for place, directory in directories:
        for record in directory.DirectoryRecordSequence:
            components = record.get("ReferencedFileID")
            if not components:
                continue
            parts = [components] if isinstance(components, str) else list(components)
            path = os.path.join(place, *parts)
            if not os.path.exists(path) and record.get("ReferencedSOPInstanceUIDInFile") not in instances:
                missing.add(os.path.relpath(path, os.path.dirname(folder)))
    return {"studies": {uid: len(files) for uid, files in studies.items()}, "missing": sorted(missing)}


for folder in sys.argv[1:]:
    print(json.dumps(judge(folder)))
