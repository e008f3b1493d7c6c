"""The editions of the form: each file loads, and says what FORM 4's tables and boxes are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from documents import FIXTURES, Read
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment.which_table import TABLE_OF
from ocr_form4_models.editions import Edition, Marks, edition, editions
from ocr_form4_models.form4 import ROOT, Column, Table

LEAVES = {
    "edgar-x05": (11, 16), "edgar-x03": (11, 16), "sec1474-2002": (11, 16), "sec1474-1996": (10,
    15),
    "edgar-form3": (4, 8),
}  # fmt: skip


def test_every_file_is_an_edition() -> None:
    found = {
        f.name.removesuffix(".toml")
        for f in files("ocr_form4_models.editions").iterdir()
        if f.name.endswith(".toml")
    }
    assert {e.name for e in editions()} == found
    assert found >= {*LEAVES, "edgar-form5"}


@pytest.mark.parametrize(("name", "leaves"), LEAVES.items())
def test_the_leaf_columns_of_both_tables(name: str, leaves: tuple[int, int]) -> None:
    columns = edition(name).columns
    assert (len(columns[Table.I]), len(columns[Table.II])) == leaves


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.name)
def test_segmentation_tells_every_editions_tables_by_their_columns(one: Edition) -> None:
    for table, leaves in one.columns.items():
        assert TABLE_OF[len(leaves)] is table


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.name)
def test_every_row_has_a_title_and_a_form_of_ownership(one: Edition) -> None:
    for leaves in one.columns.values():
        columns = [leaf.column for leaf in leaves]
        assert columns[0] is Column.SECURITY_TITLE
        assert columns[-2:] == [Column.DIRECT_INDIRECT, Column.NATURE]
        assert len(set(zip(columns, [leaf.sign for leaf in leaves], strict=True))) == len(leaves)


@pytest.mark.parametrize("one", [e for e in editions() if e.form == "4"], ids=lambda e: e.name)
def test_the_column_is_the_sign_in_table_ii_of_form_4(one: Edition) -> None:
    signed = [(leaf.column, leaf.sign) for leaf in one.columns[Table.II] if leaf.sign]
    # as some typed it
    if Column.ACQUIRED_DISPOSED in {leaf.column for leaf in one.columns[Table.II]}:
        assert not signed
    else:
        assert signed == [(Column.SHARES, "A"), (Column.SHARES, "D")]
    assert not [leaf for leaf in one.columns[Table.I] if leaf.sign]
    assert Column.ACQUIRED_DISPOSED in {leaf.column for leaf in one.columns[Table.I]}


def test_what_sets_the_editions_apart() -> None:
    assert {e.name for e in editions() if e.has_10b5} == {
        "edgar-x05",
        "edgar-x05-form5",
        "edgar-x06",
        "edgar-x06-form5",
    }
    assert {e.name for e in editions() if e.marks is Marks.UNDERLINE} >= {
        "sec1474-1996",
        "sec1474-2002",
        "edgar-x01",
    }
    deemed = {
        e.name
        for e in editions()
        if Column.DEEMED_DATE in {leaf.column for leaf in e.columns[Table.I]}
    }
    assert {"edgar-x03", "edgar-x05", "sec1474-2002", "edgar-form5"} <= deemed
    assert "sec1474-1996" not in deemed


def test_every_page_of_edgar_has_forms_3_and_5() -> None:
    forms = {
        (e.name.split("-form")[0], e.form)
        for e in editions()
        if e.name.startswith(("edgar-x01", "edgar-x06"))
    }
    assert forms == {(f"edgar-{x}", form) for x in ("x01", "x06") for form in "345"}


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.name)
def test_a_box_of_the_header_stands_in_one_place_alone(one: Edition) -> None:
    taken = [
        (row, column)
        for box in one.boxes.values()
        for row in range(box.row, box.row + box.rows)
        for column in range(box.column, box.column + box.columns)
    ]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.name)
def test_a_table_has_a_ruling_beside_each_of_its_columns(one: Edition) -> None:
    for table, leaves in one.columns.items():
        assert len(one.rulings[table]) == len(leaves) + 1
        assert list(one.rulings[table]) == sorted(set(one.rulings[table]))


def test_an_edition_says_only_what_differs_from_its_base() -> None:
    newer, base = edition("edgar-x06"), edition("edgar-x05")
    assert newer.columns == base.columns
    assert newer.boxes["foreign"].caption == "2a. Foreign Trading Symbol"
    assert set(newer.boxes) - set(base.boxes) == {"foreign"}
    assert newer.has_country and not base.has_country
    assert "earliest" not in edition("edgar-form5").boxes


@pytest.mark.slow
def test_the_fixture_of_2026_has_its_country_and_that_of_2003_its_owners_table(read: Read) -> None:
    page = read("more/page-2026.pdf")[0]
    assert page.filing.edition == "edgar-x06"
    address = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress"
    assert page.filing.fields[f"{address}/rptOwnerNonUSAddressFlag"].value is False
    assert b"<schemaVersion>X0609</schemaVersion>" in write_xml(page.filing)
    page = read("more/page-2003.pdf")[0]
    assert page.filing.edition == "edgar-x01"
    streets = [page.filing.fields[f"{address}/rptOwnerStreet{k}"].value for k in (1, 2)]
    assert streets == ["C/O ACME PACKET, INC.", "71 THIRD AVENUE"]
    assert (
        page.filing.fields[f"{ROOT}/ownerSignature[1]/signatureName"].value == "/S/ Ephraim Dobbins"
    )


@pytest.mark.slow
def test_squares_are_read_and_halves_of_a_table_belong_together_in_a_printers_setting(
    read: Read,
) -> None:
    filing = read("more/set-by-a-printer.pdf")[0].filing
    relationship = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship"
    marks = {
        name: filing.fields[f"{relationship}/{name}"].value for name in ("isDirector", "isOfficer")
    }
    assert marks == {"isDirector": True, "isOfficer": False}
    assert filing.fields[f"{ROOT}/reportingOwner[1]/reportingOwnerAddress/rptOwnerCity"].value == (
        "AUSTIN"
    )
    (row,) = (r for r in filing.rows() if r.table is Table.II)
    assert str(row.number(Column.UNDERLYING_SHARES)) == "687"
    assert row.text(Column.DIRECT_INDIRECT) == "D"


@pytest.mark.slow
def test_rows_between_dashes_are_found_where_bars_are_rulings_beside_some_rows(read: Read) -> None:
    filing = read("more/typed.pdf")[0].filing
    rows = [r for r in filing.rows() if r.table is Table.I]
    assert [str(r.number(Column.OWNED_SHARES)) for r in rows] == ["600000", "72693", "123186"]


def test_forms_3_and_5() -> None:
    assert edition("edgar-form3").form == "3"
    assert edition("edgar-form5").form == "5"
    three = {leaf.column for leaves in edition("edgar-form3").columns.values() for leaf in leaves}
    assert not three & {
        Column.TRANSACTION_DATE,
        Column.CODE,
        Column.SHARES,
        Column.ACQUIRED_DISPOSED,
    }
    one = [leaf.column for leaf in edition("edgar-form5").columns[Table.I]]
    assert Column.DEEMED_DATE in one and Column.FORM_TYPE not in one


def test_an_edition_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="form-144"):
        edition("form-144")


@pytest.mark.slow
def test_the_edges_of_sheets_beside_a_form_ruled_by_rows_make_it_none_of_boxes(
    readers: Readers, tmp_path: Path
) -> None:
    with open_document(FIXTURES / "more/set-by-a-printer.pdf", Settings()) as document:
        pages = [document.page(k).pixels.copy() for k in range(1, document.page_count + 1)]
    for pixels in pages:
        height, width = pixels.shape
        for x in (int(0.965 * width), int(0.977 * width)):
            pixels[height // 20 : height * 2 // 3, x : x + 3] = 110
    first, *others = [Image.fromarray(pixels) for pixels in pages]
    first.save(tmp_path / "bound.tif", save_all=True, append_images=others, dpi=(300, 300))
    (evidence,) = read_document(tmp_path / "bound.tif", Settings(), readers)
    assert evidence.filing.edition == "printer-2002"
