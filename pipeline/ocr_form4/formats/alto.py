"""A filing as ALTO 4, one file of all its pages: what archives keep beside a scan.

Source: ALTO 4.4, the Library of Congress's ``http://www.loc.gov/standards/alto/ns-v4#``. Every
field is a block that refers to a tag with its path and its name in words; every word has the
confidence of its reading (``WC``).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ocr_form4.formats.edgar_xml import xml_text
from ocr_form4.formats.searchable_pdf import printed, text_lines
from ocr_form4_models.evidence import Evidence, Software, Source
from ocr_form4_models.field import Field
from ocr_form4_models.geometry import Box, Scan
from ocr_form4_models.page import PageReport
from ocr_form4_models.reading import NOT_ASKED

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_WHERE = f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def write_alto(evidence: Evidence, source: Source, software: Software) -> bytes:
    """UTF-8 XML. Pixels are those of the pages as a viewer shows them, as in ``NAME.json``.

    On a page that lies on its side a block has its rotation (degrees to the left) and its words no
    boxes.
    """
    root = ET.Element("alto", {"xmlns": NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": _WHERE})
    description = ET.SubElement(root, "Description")
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    image = ET.SubElement(description, "sourceImageInformation")
    ET.SubElement(image, "fileName").text = xml_text(source.path)
    processing = ET.SubElement(description, "Processing", ID="ocr-form4")
    made = ET.SubElement(processing, "processingSoftware")
    ET.SubElement(made, "softwareName").text = "ocr-form4"
    ET.SubElement(made, "softwareVersion").text = software.versions.get("ocr-form4", "")
    tags = ET.SubElement(root, "Tags")
    layout = ET.SubElement(root, "Layout")
    number = 0
    for page in evidence.pages:
        size = {"WIDTH": str(page.width), "HEIGHT": str(page.height)}
        at = ET.SubElement(
            layout, "Page", {"ID": f"P{page.number}", "PHYSICAL_IMG_NR": str(page.number), **size}
        )
        space = ET.SubElement(at, "PrintSpace", {"HPOS": "0", "VPOS": "0", **size})
        for path, field in evidence.filing.fields.items():
            if field.place is None or field.place.page != page.number or not printed(field).strip():
                continue
            number += 1
            name = path.rsplit("/", 2)[-2 if path.endswith("/value") else -1]
            tag = {
                "ID": f"T{number}",
                "TYPE": "field",
                "LABEL": xml_text(name),
                "DESCRIPTION": path,
            }
            ET.SubElement(tags, "OtherTag", tag)
            _block(space, number, field, page)
    if not number:
        root.remove(tags)
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _block(space: ET.Element, number: int, field: Field, page: PageReport) -> None:
    assert field.place is not None
    turned = {"ROTATION": str(page.rotation)} if page.rotation else {}
    attributes = {"ID": f"B{number}", "TAGREFS": f"T{number}", **_box(field.place.box), **turned}
    block = ET.SubElement(space, "TextBlock", attributes)
    scores = iter(_scores(field))
    for text, (x0, y0, x1, y1) in text_lines(field, page):
        line = ET.SubElement(block, "TextLine", _box(Box(x0, y0, x1, y1)) if not turned else {})
        words = text.split(" ")
        unit = (x1 - x0) / max(1, len(text))
        x = x0
        for i, word in enumerate(words):
            place = {} if turned else _box(Box(x, y0, x + unit * len(word), y1))
            confidence = {"WC": f"{next(scores, field.confidence):.4f}"}
            ET.SubElement(line, "String", {"CONTENT": xml_text(word), **confidence, **place})
            if i + 1 < len(words):
                ET.SubElement(line, "SP")
            x += unit * (len(word) + 1)


def _scores(field: Field) -> Iterator[float]:
    """A confidence for each word: the reader's for the words of a text that stands as it was read,
    else the field's.
    """
    text = printed(field).split()
    for reading in field.readings:
        if reading.text.split() == text and len(reading.words) == len(text):
            return (field.confidence if w == NOT_ASKED else w for w in reading.words)
    return iter(())


def _box(box: Box[Scan]) -> dict[str, str]:
    values = {"HPOS": box.x0, "VPOS": box.y0, "WIDTH": box.x1 - box.x0, "HEIGHT": box.y1 - box.y0}
    return {name: f"{value:.1f}" for name, value in values.items()}
