"""The fixtures are whole and true to their rules, and what made them prints and scans as it
says.
"""

from __future__ import annotations

import io
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from formprint import choose, damage, filing_xml, values
from formprint.augraphy_hands import TO_JUDGE, TO_LEARN
from formprint.cells import printed_cells
from formprint.edgar_page import edgar_page
from formprint.files import ScannedPage, write_pdf, write_tiff
from formprint.hands import HANDS, Role
from formprint.ink import damage_rulings
from formprint.kinds import KINDS
from formprint.odd_hands import ODD
from formprint.scanner import Scanner, scan
from formprint.styles import Style
from make_study import CALIBRATE, kinds_of, pool_for
from ocr_form4_models.editions import edition
from ocr_form4_models.form4 import Table

FIXTURES = Path(__file__).parents[1] / "fixtures"
INDEX = [line.split("\t") for line in (FIXTURES / "index.tsv").read_text().splitlines()]
SCANS = sorted(p for folder in ("scan", "more") for p in (FIXTURES / folder).iterdir())


def _pages(path: Path) -> int:
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


def test_every_scan_is_in_the_index_with_its_pages_and_its_truth() -> None:
    pages = {name: int(count) for name, _, _, count in INDEX}
    for path in SCANS:
        assert pages[path.stem] == _pages(path), path.name
    assert {name.split(".p")[0] for name in pages} == {p.stem for p in SCANS}
    assert set(pages) == {p.stem for p in (FIXTURES / "truth").iterdir()}


def test_the_readme_names_every_file() -> None:
    readme = (FIXTURES / "README.md").read_text()
    for path in [*SCANS, *(FIXTURES / "bad").iterdir()]:
        assert f"`{path.parent.name}/{path.name}`" in readme or f"`{path.name}`" in readme, (
            path.name
        )


def test_two_fixtures_carry_text_and_all_others_are_pictures_only() -> None:
    with_text = {
        path.stem
        for path in SCANS
        if path.suffix == ".pdf"
        and subprocess.run(["pdftotext", path, "-"], capture_output=True).stdout.strip()
    }
    assert with_text == {"text-layer", "born-digital"}


def test_the_fixtures_stay_small() -> None:
    assert sum(p.stat().st_size for p in FIXTURES.rglob("*") if p.is_file()) < 16_000_000


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry[0])
def test_a_truth_holds_only_what_its_edition_prints(entry: list[str]) -> None:
    name, edition, _, _ = entry
    filing = filing_xml.load(FIXTURES / "truth" / f"{name}.xml")
    owners = filing.findall("reportingOwner")
    for owner in owners[1:]:
        assert not list(owner.find("reportingOwnerRelationship") or [])
    if edition in ("sec1474", "old1996"):
        assert len(owners) == 1
        assert filing.find("aff10b5One") is None
    if edition == "old1996":
        assert filing.find("periodOfReport") is None
        assert not list(filing.iter("deemedExecutionDate"))
    marked = {mark.get("id") for mark in filing.iter("footnoteId")}
    assert marked <= {note.get("id") for note in filing.findall("footnotes/footnote")}


@pytest.mark.parametrize(
    ("filed", "printed"),
    [
        ("65644812", "65,644,812"),
        ("5.00", "5"),
        ("0.3300", "0.33"),
        ("0", "0"),
        ("1234.5678", "1,234.5678"),
    ],
)
def test_numbers_are_grouped_without_trailing_zeros(filed: str, printed: str) -> None:
    assert values.number(filed) == printed


def test_long_fractions_are_cut_to_four_decimals_on_page_and_in_truth() -> None:
    price = "<conversionOrExercisePrice><value>1.234567</value></conversionOrExercisePrice>"
    filing = ET.fromstring(
        "<ownershipDocument><documentType>4</documentType><reportingOwner/><derivativeTable><derivativeTransaction>"
        f"{price}</derivativeTransaction></derivativeTable></ownershipDocument>"
    )
    printed = filing_xml.as_printed(filing, Style("x05"))
    assert filing_xml.text(printed, ".//conversionOrExercisePrice/value") == "1.2346"
    assert (
        printed_cells(
            filing_xml.rows(printed, filing_xml.TABLE_II)[0], edition("edgar-x05").columns[Table.II]
        )[1].value
        == "$1.2346"
    )


def test_the_page_prints_every_number_and_note_of_the_truth() -> None:
    filing = filing_xml.load(FIXTURES / "truth" / "thirty-rows.xml")
    html = edgar_page(filing, Style("x03"))
    for owned in filing.iter("sharesOwnedFollowingTransaction"):
        assert f">{values.number(filing_xml.text(owned, 'value'))}<" in html
    assert html.count('<tr><td align="left">') == 30
    for number in range(1, 22):
        assert f'<tr><td class="fn">{number}. ' in html


def _sheet() -> np.ndarray:
    """A small sheet, 2 by 3 inches at 300 dpi: a grid of rulings and blocks for letters."""
    sheet = np.full((900, 600, 3), 255, np.uint8)
    sheet[60::120, 30:570] = 0
    sheet[60:780, 30:570:90] = 0
    sheet[100:118, 60:72] = 0
    return sheet


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_gives_the_same_page_again_from_its_seed(kind: str) -> None:
    first, second = (
        scan(_sheet(), 300, KINDS[kind](rng), rng)
        for rng in (np.random.default_rng(7), np.random.default_rng(7))
    )
    assert np.array_equal(first, second)
    assert first.min() < 160 < 200 < first.max(), "there is ink, and there is paper"


def test_a_fax_has_its_own_resolution_each_way() -> None:
    fax = scan(
        _sheet(),
        300,
        Scanner(dpi=(204, 98), bilevel="threshold", codec="g4"),
        np.random.default_rng(1),
    )
    assert fax.shape == (294, 408)
    assert set(np.unique(fax)) == {0, 255}


def test_damaged_rulings_leave_letters_alone() -> None:
    gray = _sheet()[:, :, 0]
    for how in ("faint", "broken", "missing"):
        damaged = damage_rulings(gray, how, 300, np.random.default_rng(3))
        assert (damaged[100:118, 60:72] == 0).all()
        assert (damaged > gray).sum() > 200, how


def test_g4_pages_keep_every_pixel_and_their_size_in_points(tmp_path: Path) -> None:
    pixels = np.where(np.random.default_rng(2).random((196, 408)) < 0.2, 0, 255).astype(np.uint8)
    write_pdf([ScannedPage(pixels, (204, 98), "g4", rotate=90)], tmp_path / "fax.pdf")
    with pikepdf.open(tmp_path / "fax.pdf") as pdf:
        page = pdf.pages[0]
        assert [float(x) for x in page.mediabox] == [0, 0, 144, 144]
        assert page.Rotate == 90
        image = pikepdf.PdfImage(page.get_images()["/Im0"]).as_pil_image().convert("L")
    assert np.array_equal(np.asarray(image), pixels)


def test_the_same_pages_give_the_same_file(tmp_path: Path) -> None:
    page = ScannedPage(_sheet(), (300, 300), "jpeg", 70)
    for name in ("a.pdf", "b.pdf"):
        write_pdf([page, page], tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_tiff_carries_all_pages_and_both_resolutions(tmp_path: Path) -> None:
    pixels = np.full((196, 204), 255, np.uint8)
    write_tiff([ScannedPage(pixels, (204, 196), "g4")] * 3, tmp_path / "fax.tif")
    with Image.open(io.BytesIO((tmp_path / "fax.tif").read_bytes())) as image:
        assert image.n_frames == 3
        assert tuple(map(float, image.info["dpi"])) == (204.0, 196.0)


@pytest.mark.parametrize("name", [n for n in HANDS if n.startswith(("drawn", "photo"))])
def test_a_hand_gives_the_same_page_again_from_its_seed(name: str) -> None:
    first, second = (
        HANDS[name].scanned(_sheet(), 300, np.random.default_rng(7)).pixels for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert first.min() < 160 < 200 < first.max(), "there is ink, and there is paper"


WORDS = (
    "ISSUER", "OWNER", "SHARES", "PRICE", "COMMON", "STOCK", "DIRECT", "TRUST", "OFFICER", "GRANT",
)  # fmt: skip


def _word(word: str) -> np.ndarray:
    """A word in capitals a seventh of an inch high at 300 dpi, paper around it."""
    (wide, tall), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 1.6, 5)
    cut = np.full((tall + 24, wide + 24), 255, np.uint8)
    cv2.putText(cut, word, (12, tall + 12), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 5, cv2.LINE_AA)
    return cut


def _sheet_of_words() -> np.ndarray:
    """A small sheet, 3 by 4 inches at 300 dpi: words in two columns, and rulings between them."""
    sheet = np.full((1200, 900), 255, np.uint8)
    sheet[60::170, 60:840] = 0
    sheet[61::170, 60:840] = 0
    for number, cut in enumerate(map(_word, WORDS)):
        y, x = 100 + number // 2 * 170, 80 + number % 2 * 390
        sheet[y : y + cut.shape[0], x : x + cut.shape[1]] = cut
    return np.repeat(sheet[:, :, None], 3, axis=2)


def _likeness(page: ScannedPage, word: str) -> float:
    """How like the word the page is where it is most like it, 0 to 1, at its size or at 72 %; white
    letters on black are as good.
    """
    gray = page.pixels if page.pixels.ndim == 2 else cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY)
    size = [round(n * 100 / page.dpi[0]) for n in gray.shape[::-1]]
    gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    cuts = [
        cv2.resize(_word(word), None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
        for part in (1 / 3, 0.72 / 3)
    ]
    return max(float(abs(cv2.matchTemplate(gray, c, cv2.TM_CCOEFF_NORMED)).max()) for c in cuts)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_hand_damages_a_sheet_that_can_still_be_read(name: str) -> None:
    hand, sheet = HANDS[f"odd-{name}"], _sheet_of_words()
    page, again = (hand.scanned(sheet, 300, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(page.pixels, again.pixels), "the same page again from the same seed"
    assert not np.array_equal(page.pixels, sheet[:, :, 0]), "there is damage"
    for length, dpi, inches in zip(page.pixels.shape, page.dpi, (4, 3), strict=False):
        assert 0.7 * inches < length / dpi < 1.3 * inches, "a sheet of about this size"
    absent = _likeness(page, "RHUBARB")
    read = [word for word in WORDS if _likeness(page, word) > absent + 0.1]
    assert len(read) >= len(WORDS) * 3 / 4, "most of the words stand out"


def test_what_is_only_looked_at_neither_teaches_nor_judges() -> None:
    used = {kind for role in ("learn", "judge", CALIBRATE) for kind in kinds_of(role)}
    looked_at = {name for name, hand in HANDS.items() if hand.role is Role.LOOK}
    assert {f"odd-{name}" for name in ODD} < looked_at
    assert not used & looked_at


@pytest.mark.parametrize("role", Role)
def test_a_study_draws_only_what_its_role_allows(role: Role) -> None:
    drawn = kinds_of(role.value)
    others = {name for name, hand in HANDS.items() if hand.role is not role}
    assert drawn
    assert not others & set(drawn)
    assert "faxline0.3" not in drawn or role is Role.JUDGE


def test_a_study_to_learn_from_has_no_filing_that_judges() -> None:
    truths = FIXTURES / "truth"
    learned, judging = (
        {choose.identity(f)[0] for _, f in pool_for(role, truths, set())}
        for role in ("learn", "judge")
    )
    assert learned
    assert judging
    assert not learned & judging


def test_what_the_line_reader_is_trained_on_is_drawn_by_no_judging_hand() -> None:
    own = {f"drawn-{name}" for name in (*damage.ON_PAPER, *damage.IN_THE_FILE)}
    assert {HANDS[name].role for name in own} == {Role.LEARN}


def test_every_family_of_augraphy_can_be_called() -> None:
    """Found without the library: a lambda in parentheses with a comma behind it is a tuple."""
    assert all(callable(steps) for steps in (TO_JUDGE | TO_LEARN).values())
