"""What may import what: models below, stages above them, the command on top; and ``--help`` without
heavy modules.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIPELINE = ROOT / "pipeline" / "ocr_form4"
HEAVY = {
    "cv2",
    "scipy",
    "pandas",
    "pyarrow",
    "openvino",
    "layoutparser",
    "rapidocr",
    "pytesseract",
    "ray",
    "sklearn",
}
_MOST_LINES = 400
IMAGES_AND_OCR = HEAVY | {"PIL", "pdf2image", "pikepdf"}


def imported(file: Path, at_the_top_only: bool = False) -> Iterator[str]:
    """The modules that a file imports, by full name; what is imported for types alone does not
    count.
    """
    tree = ast.parse(file.read_text())
    skip = {id(n) for block in ast.walk(tree) if _is_for_types(block) for n in ast.walk(block)}
    for node in tree.body if at_the_top_only else ast.walk(tree):
        if id(node) in skip:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{file}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(file: Path) -> set[str]:
    """The names of attributes that a file asks for."""
    return {n.attr for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Attribute)}


def _is_for_types(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def breaks(files: list[Path], forbidden: set[str], at_the_top_only: bool = False) -> list[str]:
    assert files
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imported(file, at_the_top_only)
        if any(name == f or name.startswith(f + ".") for f in forbidden)
    ]


def test_the_arrows_between_rooms_go_one_way() -> None:
    """The contracts in pyproject.toml, indirect imports too."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_follows_the_reading_of_a_page_sees_no_pixels() -> None:
    """Neither by an import nor through the layout, which has the page that readers see."""
    later = [
        f
        for room in ("stages/collate", "stages/parse", "stages/reconcile", "stages/judge", "text")
        for f in sorted((PIPELINE / room).rglob("*.py"))
    ]
    assert breaks(later, IMAGES_AND_OCR | {"ocr_form4.readers", "ocr_form4.stages.rasterize"}) == []
    assert [f"{f.name}: {n}" for f in later for n in attributes(f) if n == "clean"] == []
    assert "clean" in attributes(PIPELINE / "stages" / "recognize" / "box_inside.py")


def test_heavy_libraries_are_imported_inside_functions() -> None:
    """Those that take long; OpenCV alone may be at the top of a stage."""
    assert breaks(sorted(PIPELINE.rglob("*.py")), HEAVY - {"cv2"}, at_the_top_only=True) == []


def test_the_engine_is_imported_in_one_place() -> None:
    """Where its telemetry is switched off before."""
    files = sorted(f for d in ("pipeline", "scripts") for f in (ROOT / d).rglob("*.py"))
    found = breaks(files, {"openvino"})
    assert found and {f.split()[0] for f in found} == {"pipeline/ocr_form4/readers/engine.py"}


@pytest.mark.parametrize(
    "code", ["import ocr_form4.cli", "from ocr_form4.cli import main; main(['--help'])"]
)
def test_the_commands_help_loads_nothing_heavy(code: str) -> None:
    show = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint(sorted(sys.modules), "
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(ast.literal_eval(done.stderr.splitlines()[-1]))
    assert "ocr_form4.cli" in loaded
    assert not loaded & (HEAVY | {"numpy", "PIL"})


def test_there_is_one_copy_of_every_module() -> None:
    """Importing ``pipeline.ocr_form4`` from the root of the project would make a second one."""
    files = sorted(
        f for d in ("pipeline", "models", "scripts", "tests") for f in (ROOT / d).rglob("*.py")
    )
    assert breaks(files, {"pipeline", "models"}) == []


def test_no_file_is_longer_than_its_reader_holds_in_mind() -> None:
    files = [
        f
        for folder in ("pipeline", "models", "scripts", "tests")
        for f in (ROOT / folder).rglob("*.py")
    ]
    long = {
        str(f.relative_to(ROOT)): n
        for f in files
        if (n := len(f.read_text().splitlines())) > _MOST_LINES
    }
    assert files and not long
