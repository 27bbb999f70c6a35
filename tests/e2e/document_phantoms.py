"""One study with an object of each kind that has no pictures, and the images that they mean: python3 document_phantoms.py FOLDER."""
import json
import math
import struct
import sys
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.9.7278.77"
STUDY = ROOT + ".1"
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
STORAGE = "1.2.840.10008.5.1.4.1.1."


def code(value, meaning, scheme="DCM"):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def start(sop_class, series, number, modality, description):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = STORAGE + sop_class
    meta.MediaStorageSOPInstanceUID = f"{STUDY}.{series}.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = STUDY, f"{STUDY}.{series}"
    ds.PatientName, ds.PatientID, ds.StudyDate = "Phantom^Documents", "DOC-1", "20260102"
    ds.StudyDescription, ds.Modality = "Documents", modality
    ds.SeriesNumber, ds.SeriesDescription, ds.InstanceNumber = series, description, number
    ds.ContentDate, ds.ContentTime = "20260102", "101500"
    return ds


def image(number):
    ds = start("7", 1, number, "OT", "Pictures")
    ds.Rows = ds.Columns = 64
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.PixelData = bytes((x * 3 + y * number) % 256 for y in range(64) for x in range(64))
    return ds


def content(relationship, kind, name=None):
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, kind
    if name:
        item.ConceptNameCodeSequence = code("1", name)
    return item


def reference(number):
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = STORAGE + "7", f"{STUDY}.1.{number}"
    return Sequence([item])


def evidence(uids):
    study, series = Dataset(), Dataset()
    study.StudyInstanceUID, series.SeriesInstanceUID = STUDY, STUDY + ".1"
    series.ReferencedSOPSequence = Sequence(reference(n)[0] for n in uids)
    study.ReferencedSeriesSequence = Sequence([series])
    return Sequence([study])


def report(number):
    ds = start("88.33", 2, number, "SR", "Report")
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = code("126000", "Imaging Measurement Report")
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "VERIFIED"
    observer = Dataset()
    observer.VerifyingObserverName, observer.VerifyingOrganization = "Reader^Rita", "Hospital"
    observer.VerificationDateTime = "20260102103000"
    ds.VerifyingObserverSequence = Sequence([observer])
    text = content("CONTAINS", "TEXT", "Finding")
    text.TextValue = HOSTILE
    length = content("CONTAINS", "NUM", "Length")
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = "12.50", code("mm", "millimeter", "UCUM")
    length.MeasuredValueSequence = Sequence([measured])
    region = content("INFERRED FROM", "SCOORD", "Path")
    region.GraphicType, region.GraphicData = "POLYLINE", [1.0, 2.0, 30.0, 40.0]
    source = content("SELECTED FROM", "IMAGE")
    source.ReferencedSOPSequence = reference(2)
    region.ContentSequence = Sequence([source])
    length.ContentSequence = Sequence([region])
    again = Dataset()
    again.RelationshipType = "INFERRED FROM"
    again.ReferencedContentItemIdentifier = [1, 1, 2]
    conclusion = content("CONTAINS", "CODE", "Conclusion")
    conclusion.ConceptCodeSequence = code("X", "Stable disease")
    conclusion.ContentSequence = Sequence([again])
    group = content("CONTAINS", "CONTAINER", "Measurements")
    group.ContinuityOfContent = "SEPARATE"
    group.ContentSequence = Sequence([text, length, conclusion])
    ds.ContentSequence = Sequence([group])
    ds.CurrentRequestedProcedureEvidenceSequence = evidence([2])
    return ds


def key_objects():
    ds = start("88.59", 3, 1, "KO", "Selection")
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = code("113004", "For Teaching")
    note = content("CONTAINS", "TEXT")
    note.ConceptNameCodeSequence = code("113012", "Key Object Description")
    note.TextValue = "Look at " + HOSTILE
    meant = content("CONTAINS", "IMAGE")
    meant.ReferencedSOPSequence = reference(3)
    ds.ContentSequence = Sequence([note, meant])
    ds.CurrentRequestedProcedureEvidenceSequence = evidence([3])
    return ds


LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


def ecg():
    """500 Hz, 10 s: a spike of 1 mV (200 x 5 uV) each second in all leads."""
    ds = start("9.1.1", 4, 1, "ECG", "Rest ECG")
    group = Dataset()
    group.WaveformOriginality, group.NumberOfWaveformChannels = "ORIGINAL", 12
    group.NumberOfWaveformSamples, group.SamplingFrequency = 5000, "500"
    channels = []
    for lead in LEADS:
        channel = Dataset()
        channel.ChannelSourceSequence = code("5.6.3-9-1", "Lead " + lead, "SCPECG")
        channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = "5", "1"
        channel.ChannelSensitivityUnitsSequence = code("uV", "microvolt", "UCUM")
        channel.ChannelBaseline, channel.ChannelSampleSkew = "0", "0"
        channel.WaveformBitsStored = 16
        channel.FilterLowFrequency, channel.FilterHighFrequency = "0.05", "150"
        channels.append(channel)
    group.ChannelDefinitionSequence = Sequence(channels)
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"

    def stored(sample):
        at = sample % 500 - 250
        return round(200 * math.exp(-at * at / 40)) + round(40 * math.exp(-((at - 90) ** 2) / 900))

    group.WaveformData = b"".join(struct.pack("<12h", *[stored(s)] * 12) for s in range(5000))
    group["WaveformData"].VR = "OW"
    ds.WaveformSequence = Sequence([group])
    rate = Dataset()
    rate.ReferencedWaveformChannels, rate.AnnotationGroupNumber = [1, 0], 0
    rate.NumericValue, rate.ConceptNameCodeSequence = "60", code("5.10.2.5-1", "Heart rate", "SCPECG")
    rate.MeasurementUnitsCodeSequence = code("/min", "per minute", "UCUM")
    said = Dataset()
    said.ReferencedWaveformChannels, said.UnformattedTextValue = [1, 0], "Sinus " + HOSTILE
    ds.WaveformAnnotationSequence = Sequence([rate, said])
    return ds


def pdf_bytes():
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 5 0 R /Resources << /Font << /F 6 0 R >> >> >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 7 0 R /Resources << /Font << /F 6 0 R >> >> >>",
        None,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        None,
    ]
    for place, text in ((4, b"Discharge letter"), (6, b"Second page")):
        stream = b"1 0 0 rg 20 20 100 40 re f BT /F 24 Tf 20 120 Td 0 g (" + text + b") Tj ET"
        parts[place] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    out, offsets = b"%PDF-1.4\n", []
    for index, part in enumerate(parts):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index + 1, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 8\n0000000000 65535 f \n%strailer << /Size 8 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))


CDA = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="http://example.invalid/x.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Clinic letter</title><effectiveTime value="20260102"/>
<recordTarget><patientRole><patient><name><given>Documents</given><family>Phantom</family></name></patient></patientRole></recordTarget>
<component><structuredBody><component><section><title>History</title><text>
<paragraph>Known <content styleCode="Bold">disease</content> &lt;b&gt;</paragraph>
<list><item>first</item><item>second</item></list>
<table><thead><tr><th>Test</th><th>Value</th></tr></thead><tbody><tr><td>Hb</td><td>14</td></tr></tbody></table>
<paragraph><script>document.title=3</script><linkHtml href="javascript:document.title=4">a link</linkHtml></paragraph>
</text></section></component></structuredBody></component></ClinicalDocument>"""



def tetrahedron():
    corners = [(10, 10, 10), (10, -10, -10), (-10, 10, -10), (-10, -10, 10)]
    facets = [[corners[i] for i in face] for face in ((0, 1, 2), (0, 3, 1), (0, 2, 3), (1, 3, 2))]
    lines = ["solid x"]
    for facet in facets:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += ["vertex %g %g %g" % corner for corner in facet] + ["endloop", "endfacet"]
    return "\n".join(lines + ["endsolid x", ""]).encode()


def encapsulated(sop_class, number, mime_type, title, data):
    ds = start("104." + sop_class, 4 + number, 1, "DOC" if number < 3 else "M3D", title)
    ds.DocumentTitle, ds.MIMETypeOfEncapsulatedDocument = title, mime_type
    ds.BurnedInAnnotation = "YES"
    ds.ConceptNameCodeSequence = code("18842-5", "Discharge summary", "LN")
    ds.EncapsulatedDocument = data + b"\0" * (len(data) % 2)
    ds.EncapsulatedDocumentLength = len(data)
    if mime_type == "model/stl":
        # CIELab 54, 81, 70 as PS3.3 C.10.7.1.1 scales it: sRGB's red
        ds.RecommendedDisplayCIELabValue = [35389, 53713, 50886]
    return ds


def deep_report(levels):
    """Items in each other, by delimiters, as deep as `levels`; beside them one more."""
    item = content("CONTAINS", "TEXT", "Deepest")
    item.TextValue = "x"
    for level in range(levels, 1, -1):
        outer = content("CONTAINS", "CONTAINER", f"Level {level}")
        outer.ContinuityOfContent = "SEPARATE"
        outer.ContentSequence = Sequence([item])
        outer["ContentSequence"].is_undefined_length = True
        item.is_undefined_length_sequence_item = True
        item = outer
    beside = content("CONTAINS", "TEXT", "Beside all")
    beside.TextValue = "y"
    ds = report(1)
    ds.SeriesInstanceUID, ds.SeriesNumber, ds.SeriesDescription = STUDY + ".12", 12, "Deep report"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = STUDY + ".12.1"
    ds.ContentSequence = Sequence([item, beside])
    return ds


def plan():
    ds = start("481.5", 8, 1, "RTPLAN", "Plan")
    ds.RTPlanLabel = "P " + HOSTILE[:12]
    return ds


def main(folder):
    objects = [image(n) for n in (1, 2, 3, 4)] + [report(1), report(2), key_objects(), ecg()]
    objects.append(encapsulated("1", 1, "application/pdf", "Discharge " + HOSTILE[:30], pdf_bytes()))
    objects.append(encapsulated("2", 2, "text/xml", "Clinic letter", CDA.encode()))
    objects.append(encapsulated("3", 3, "model/stl", "Heart model", tetrahedron()))
    shape = encapsulated("4", 5, "", "Shape", b"v 0 0 0\nv 4 0 0\nv 4 3 0\nv 0 3 0\nf 1 2 3 4\n")
    del shape.MIMETypeOfEncapsulatedDocument
    objects.append(shape)
    objects.append(encapsulated("3", 7, "application/pdf", "Mistaken", tetrahedron()))
    objects.append(deep_report(110))
    objects.append(encapsulated("3", 6, "model/stl", "Broken model", b"solid y\nvertex 1 2"))
    beside = report(9)
    beside.SeriesInstanceUID, beside.SeriesNumber, beside.SeriesDescription = STUDY + ".1", 1, "Pictures"
    beside.SOPInstanceUID = beside.file_meta.MediaStorageSOPInstanceUID = STUDY + ".1.9"
    objects.append(beside)
    objects.append(plan())
    for index, ds in enumerate(objects):
        ds.save_as(Path(folder) / f"{index}.dcm", write_like_original=False)
    print(json.dumps(STUDY))


main(sys.argv[1])
