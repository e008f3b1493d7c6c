"""Files that are broken or mean harm: refused in one line that names the file, in little time and
memory.
"""

from __future__ import annotations

import contextlib
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from make_documents import picture, save_pdf
from mutation import mutate, seeds
from PIL import Image
from structure import mutate_structure

from ocr_form4.errors import (
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    PageError,
    TooLargeDocument,
    TruncatedDocument,
    UnsupportedDocument,
)
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document

FIXTURES = Path(__file__).parents[1] / "fixtures"
SMALL = Settings(max_page_pixels=20_000_000)


def read_all(path: Path, settings: Settings = SMALL) -> int:
    with open_document(path, settings) as document:
        return sum(1 for _ in document.pages())


BAD = {
    "empty.pdf": EmptyDocument, "no-pages.pdf": EmptyDocument, "not-a-pdf.pdf": UnsupportedDocument,
    "not-an-image.png": DocumentError, "password.pdf": EncryptedDocument,
    "truncated.pdf": TruncatedDocument,
    "truncated.tif": DocumentError,
}  # fmt: skip


@pytest.mark.parametrize(("name", "error"), BAD.items())
def test_a_bad_file_is_refused_in_one_line_that_names_it(
    name: str, error: type[DocumentError]
) -> None:
    with pytest.raises(error) as raised:
        read_all(FIXTURES / "bad" / name)
    line = str(raised.value)
    assert line.startswith(str(FIXTURES / "bad" / name)) and "\n" not in line and "; " in line
    assert raised.value.exit_code == 3


def huge_page(path: Path) -> Path:
    return save_pdf(path, content="0 g 100 100 5000 5000 re f", box=(0, 0, 14400, 14400))


def lying_image(path: Path) -> Path:
    return save_pdf(path, image_keys={"Width": 100_000, "Height": 100_000})


def flate_bomb(path: Path) -> Path:
    pdf = pikepdf.open(save_pdf(path, codec="raw1"), allow_overwriting_input=True)
    pdf.pages[0].Resources.XObject.Im0.write(
        zlib.compress(bytes(1 << 30), 9), filter=pikepdf.Name.FlateDecode
    )
    pdf.save(path)
    return path


def content_bomb(path: Path) -> Path:
    return save_pdf(path, content="q 1 0 0 1 0 0 cm Q " * 3_000_000, compress_streams=True)


def deep_forms(path: Path) -> Path:
    pdf = pikepdf.open(save_pdf(path), allow_overwriting_input=True)
    form = pdf.make_stream(
        b"/Me Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 450, 300]
    )
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Me=form))
    pdf.pages[0].Resources.XObject.Im0 = form
    pdf.save(path)
    return path


def looping_pages(path: Path) -> Path:
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1000000000/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 "
        b"R>>\n%%EOF\n"
    )
    return path


def many_pages(path: Path) -> Path:
    return save_pdf(path, count=10_000)


def png_bomb(path: Path) -> Path:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(60_001 * 60), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    return path


def tiff(entries: list[tuple[int, int, int]], following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return (
        b"II*\0"
        + struct.pack("<IH", 8, len(entries))
        + body
        + struct.pack("<I", following)
        + bytes(64)
    )


def tiff_bomb(path: Path) -> Path:
    tags = [
        (256, 4, 200_000),
        (257, 4, 200_000),
        (258, 3, 1),
        (259, 3, 1),
        (262, 3, 0),
        (273, 4, 8),
        (279, 4, 60),
    ]
    path.write_bytes(tiff(tags))
    return path


def looping_tiff(path: Path) -> Path:
    tags = [
        (256, 4, 8),
        (257, 4, 8),
        (258, 3, 1),
        (259, 3, 1),
        (262, 3, 0),
        (273, 4, 8),
        (278, 4, 8),
        (279, 4, 8),
    ]
    path.write_bytes(tiff(tags, following=8))
    return path


def many_frames(path: Path) -> Path:
    frame = Image.fromarray(np.zeros((2, 2), np.uint8))
    frame.save(path, save_all=True, append_images=[frame] * 3000)
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], type[DocumentError] | None]] = {
    "huge-page.pdf": (huge_page, None),
    "lying-image.pdf": (lying_image, PageError),
    "flate-bomb.pdf": (flate_bomb, PageError),
    "content-bomb.pdf": (content_bomb, None),
    "deep-forms.pdf": (deep_forms, None),
    "looping-pages.pdf": (looping_pages, DocumentError),
    "many-pages.pdf": (many_pages, TooLargeDocument),
    "bomb.png": (png_bomb, TooLargeDocument),
    "bomb.tif": (tiff_bomb, DocumentError),
    "looping.tif": (looping_tiff, None),
    "many-frames.tif": (many_frames, TooLargeDocument),
}


@pytest.mark.parametrize(("name", "case"), HOSTILE.items(), ids=HOSTILE.keys())
@pytest.mark.slow
def test_a_hostile_file_costs_little(
    tmp_path: Path, name: str, case: tuple[Callable[[Path], Path], object]
) -> None:
    make, error = case
    path = make(tmp_path / name)
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]; from pathlib import Path; from test_hostile "
        "import read_all\n"
        "from ocr_form4.errors import DocumentError\n"
        "try: print('pages', read_all(Path(sys.argv[1])))\n"
        "except DocumentError as e: print(type(e).__mro__, e)\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), *sys.path], capture_output=True, text=True,
         timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30
    if error is None:
        assert done.stdout.startswith("pages")
    else:
        assert isinstance(error, type) and error.__name__ in done.stdout
        assert str(path) in done.stdout


def test_scripts_and_attachments_in_a_pdf_stay_where_they_are(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf")
    pdf = pikepdf.open(path, allow_overwriting_input=True)
    marker = tmp_path / "ran"
    script = f"app.launchURL('file://{marker}')"
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
    pdf.Root.AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"touch {marker}")
    )
    pdf.attachments["x.sh"] = f"#!/bin/sh\ntouch {marker}\n".encode()
    pdf.save(path)
    before = set(tmp_path.iterdir())
    assert read_all(path) == 1
    assert set(tmp_path.iterdir()) == before


def test_a_damaged_page_fails_alone(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf", count=3)
    pdf = pikepdf.open(path, allow_overwriting_input=True)
    broken = pikepdf.Stream(pdf, b"x")
    for key, value in pdf.pages[1].Resources.XObject.Im0.items():
        if key != "/Length":
            broken[key] = value
    resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(broken)))
    pdf.pages[1].obj["/Resources"] = resources
    pdf.save(path)
    with open_document(path, SMALL) as document:
        assert document.page(1).pixels.shape == picture().shape
        with pytest.raises(PageError, match="page 2"):
            document.page(2)
        assert document.page(3).pixels.shape == picture().shape


@pytest.mark.parametrize(
    "operator",
    ["cm", "re", "Do", "Tr", "g", "rg", "k", "gs", "BDC", "W n", "Q", "/No Do", "/No gs"],
)
def test_an_operator_without_its_operands_does_no_harm(tmp_path: Path, operator: str) -> None:
    path = save_pdf(tmp_path / "a.pdf", content=f"{operator} q 450 0 0 300 0 0 cm /Im0 Do Q")
    assert read_all(path) == 1


def test_limits_are_told_with_their_option(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf", count=3)
    with pytest.raises(TooLargeDocument, match="--max-pages"):
        read_all(path, Settings(max_pages=2))
    with pytest.raises(TooLargeDocument, match="--max-bytes"):
        read_all(path, Settings(max_bytes=100))


@pytest.mark.parametrize("block", range(5))
@pytest.mark.slow
def test_a_hundred_damaged_documents_are_read_or_refused(tmp_path: Path, block: int) -> None:
    whole = seeds(FIXTURES)
    read = refused = 0
    for seed in range(100 * block, 100 * block + 100):
        original = whole[seed % len(whole)]
        path = tmp_path / f"m{seed}{original.suffix}"
        path.write_bytes(mutate(original.read_bytes(), seed))
        try:
            read += read_all(path, Settings(max_page_pixels=20_000_000, max_pages=20)) > 0
        except DocumentError as error:
            assert str(error).startswith(str(path)) and "\n" not in str(error)
            refused += 1
        path.unlink()
    assert read > 10 and refused > 3


def test_damage_to_a_file_s_structure_gets_inside_and_is_the_same_every_time() -> None:
    for original in seeds(FIXTURES):
        data = original.read_bytes()
        damaged = [mutate_structure(data, seed) for seed in range(6)]
        assert damaged == [mutate_structure(data, seed) for seed in range(6)]
        assert any(d != data for d in damaged)


def test_a_page_whose_text_claims_to_be_a_picture_s_compression_is_no_bug(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"\x97JB2")
        pdf.pages[0].Contents.write(b"\x97JB2", filter=pikepdf.Name.JBIG2Decode)
        pdf.save(path)
    with contextlib.suppress(DocumentError):
        read_all(path)
