"""ALTO for archives, and the JSON Schema of the evidence."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import evidence_schema
from make_out import FIXTURES, OWNED, ROW, make_out

from ocr_form4.formats.alto import NAMESPACE
from ocr_form4.run.export import export_corrections
from ocr_form4.run.rebuild import rebuild
from ocr_form4_models.reason import Code

A = {"a": NAMESPACE}


@pytest.mark.parametrize("rotation", [0, 90])
def test_words_of_alto_lie_in_their_field_and_name_it(tmp_path: Path, rotation: int) -> None:
    make_out(
        tmp_path,
        [FIXTURES / "scan" / "sales.pdf"],
        misread={f"{ROW}[2]/{OWNED}": "706820"},
        rotation=rotation,
    )
    rebuild(tmp_path, alto=True)
    root = ET.parse(tmp_path / "alto" / "sales.xml").getroot()
    assert [c.tag.split("}")[1] for c in root] == ["Description", "Tags", "Layout"]
    tags = {t.get("ID"): t for t in root.iterfind(".//a:OtherTag", A)}
    page = root.find(".//a:Page", A)
    assert page is not None
    shown = {}
    for block in root.iterfind(".//a:TextBlock", A):
        tag = tags[block.get("TAGREFS")]
        words = block.findall(".//a:String", A)
        shown[tag.get("DESCRIPTION")] = " ".join(w.get("CONTENT", "") for w in words)
        assert all(0 <= float(w.get("WC", "")) <= 1 for w in words)
        if rotation:
            assert block.get("ROTATION") == "90" and words[0].get("HPOS") is None
            continue
        left, width = float(block.get("HPOS", "")), float(block.get("WIDTH", ""))
        for word in words:
            assert left - 0.2 <= float(word.get("HPOS", ""))
            assert float(word.get("HPOS", "")) + float(word.get("WIDTH", "")) <= left + width + 0.3
        assert left + width <= float(page.get("WIDTH", ""))
    assert shown["/ownershipDocument/issuer/issuerName"] == "DraftKings Inc."
    assert shown[f"{ROW}[2]/{OWNED}"] == "706,820"
    assert tags["T1"].get("LABEL") and len(tags) == len(shown)


def test_alto_is_kept_up_to_date_and_only_where_it_was_wanted(tmp_path: Path) -> None:
    out = make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"])
    rebuild(out)
    assert not (out / "alto").exists()
    rebuild(out, alto=True)
    (out / "alto" / "gone.xml").write_text("<alto/>")
    (out / "alto" / "sales.xml").write_text("")
    export_corrections(out)
    assert [p.name for p in (out / "alto").iterdir()] == ["sales.xml"]
    assert (out / "alto" / "sales.xml").stat().st_size > 1000


def test_the_schema_knows_every_reason_and_refuses_what_is_none() -> None:
    schema = evidence_schema()
    assert schema.schema["$defs"]["reason"]["properties"]["code"]["enum"] == [str(c) for c in Code]
    assert not schema.is_valid({"schema": "ocr-form4/2"})
    field = {
        "path": "/ownershipDocument/remarks", "value": None, "confidence": 0.5, "status": "review",
        "derived": False,
        "page": None, "box": None, "readings": [], "reasons": [],
    }  # fmt: skip
    whole = {
        "schema": "ocr-form4/2", "status": "partial", "edition": "", "messages": [], "software": {},
        "source": {"path": "a.pdf", "sha256": "0" * 64, "pages": 1}, "pages": [], "fields": [field],
        "checks": [],
    }  # fmt: skip
    assert schema.is_valid(whole)
    for change in (
        {"confidence": 1.5},
        {"status": "perhaps"},
        {"reasons": ["words"]},
        {"path": "remarks"},
    ):
        assert not schema.is_valid(whole | {"fields": [field | change]})
