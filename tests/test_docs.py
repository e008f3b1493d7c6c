"""The documentation: every example runs as printed, the reference is the program's own, and the
pages build.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import GOLDENS
from recorded_reading import recorded_work

from ocr_form4.cli import main, parser
from ocr_form4.commands import COMMANDS, parser_of

REPOSITORY = Path(__file__).parent.parent
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.M | re.S)


def blocks(page: Path, *kinds: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind in kinds]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the tutorial has it after its first command, with draws."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "fixtures").symlink_to(REPOSITORY / "fixtures")
    words = [
        str(REPOSITORY / "fixtures" / "scan"),
        "-o",
        str(folder / "box"),
        "--draws",
        "20",
        "--jobs",
        "1",
    ]
    assert main(words, recorded_work) == 0
    (folder / "ocr-form4-out").symlink_to(folder / "box")
    return folder


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.stem)
@pytest.mark.slow
def test_every_python_example_runs_as_printed(page: Path, folder: Path) -> None:
    if "statsmodels" in page.read_text(encoding="utf-8"):
        pytest.importorskip("statsmodels", reason="statsmodels is not installed")
    code = "\n".join(blocks(page, "python"))
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", "-c", code], cwd=folder, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    if page.stem == "tutorial":
        assert "log_owned" in done.stdout.decode()
    if page.stem == "uncertainty":
        assert "of which reading" in done.stdout.decode()


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "r")], ids=lambda p: p.stem)
@pytest.mark.slow
def test_every_example_in_r_runs_as_printed(page: Path, folder: Path) -> None:
    if not shutil.which("Rscript") or _r(folder, "library(readr)").returncode:
        pytest.skip("wants R and readr: apt install r-base-core r-cran-readr")
    done = _r(folder, "options(warn = 2)\n" + "\n".join(blocks(page, "r")))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "log(owned_shares)" in done.stdout and "30-SEP-2025" in done.stdout


@pytest.mark.slow
def test_what_is_written_for_stata_is_read_by_r_and_pandas(folder: Path) -> None:
    import pandas as pd

    code = "\n".join(blocks(REPOSITORY / "docs" / "howto.md", "python"))
    subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=True)
    found = pd.read_stata(folder / "trades.dta")
    assert str(found.transaction_date.dtype).startswith("datetime64") and len(found) > 20
    if not shutil.which("Rscript") or _r(folder, "library(haven)").returncode:
        pytest.skip("wants R and haven: apt install r-base-core r-cran-haven")
    code = 'x <- haven::read_dta("trades.dta"); cat(class(x$transaction_date), sum(x$shares))'
    done = _r(folder, code)
    kind, total = done.stdout.split()
    assert kind == "Date" and float(total) == pytest.approx(found.shares.sum(), rel=1e-6)


def _r(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", "--vanilla", "-e", code], cwd=folder, capture_output=True, text=True
    )


def commands(page: Path) -> list[list[str]]:
    found = []
    for text in blocks(page, "bash", "console", "text", "sh"):
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"[|&;]{1,2}", line.removeprefix("$ ").split(" #")[0]):
                words = shlex.split(part.split(">")[0].rstrip(" 2"))
                if words and Path(words[0]).name == "ocr-form4":
                    found.append(words[1:])
    return found


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=lambda p: p.stem)
def test_every_command_shown_is_understood(page: Path) -> None:
    for words in commands(page):
        if words[0] == "--print-completion":
            continue
        made = parser_of(words[0]) if words[0] in COMMANDS else parser()
        rest = words[1:] if words[0] in COMMANDS else words
        known = {option for action in made._actions for option in action.option_strings}
        assert {w for w in rest if w.startswith("--")} <= known, words


def test_the_reference_is_the_programs_own() -> None:
    import make_reference

    assert (REPOSITORY / "docs" / "command.md").read_text(
        encoding="utf-8"
    ) == make_reference.command()
    assert (REPOSITORY / "docs" / "evidence.md").read_text(
        encoding="utf-8"
    ) == make_reference.evidence()
    assert (REPOSITORY / "docs" / "ocr-form4.1").read_text(
        encoding="utf-8"
    ) == make_reference.man_page()


def test_the_man_page_is_one() -> None:
    page = REPOSITORY / "docs" / "ocr-form4.1"
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", str(page)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert "--max-wrong" in shown and "OCR-FORM4 REVIEW" in shown and "130" in shown


def test_the_field_in_the_readme_is_what_is_read() -> None:
    """As the recorded reading of that scan has it; what is left out is a dot dot dot."""
    (text,) = blocks(REPOSITORY / "README.md", "json")
    shown = json.loads(text.replace(", …]", "]"))
    recorded = json.loads(gzip.decompress((GOLDENS / "copy.pdf.json.gz").read_bytes()))
    field = next(f for f in recorded["fields"] if f["path"] == shown["path"])
    field["readings"] = field["readings"][: len(shown["readings"])]
    assert shown == field


@pytest.mark.slow
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr[-2000:]
    pages = {p.stem for p in (tmp_path / "site").glob("*.html")}
    assert {p.stem for p in PAGES[1:]} <= pages


def test_the_lock_has_a_version_within_bounds_for_all_that_is_needed() -> None:
    import tomllib

    from packaging.requirements import Requirement

    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    locked = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    for wanted in map(Requirement, project["dependencies"]):
        assert wanted.specifier.contains(locked[wanted.name]), wanted
    assert project["license"] == "MIT AND Apache-2.0"
    for file in project["license-files"]:
        assert (REPOSITORY / file).is_file()


def test_the_bill_of_materials_names_what_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    import sbom

    sbom.main()
    found = json.loads(capsys.readouterr().out)
    listed = {c["name"]: c for c in found["components"]}
    assert found["bomFormat"] == "CycloneDX" and {"numpy", "openvino", "pandas"} <= listed.keys()
    assert listed["numpy"]["purl"].startswith("pkg:pypi/numpy@") and listed["numpy"]["licenses"]
