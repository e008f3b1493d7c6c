"""An OUT that lies elsewhere, looked at as files of this machine."""

from __future__ import annotations

from pathlib import Path

from test_batch import scan


def everything(folder: Path) -> dict[str, bytes]:
    """All files of an OUT but those that tell of times and machines: the ledger, the claim, the
    report's front page.
    """
    apart = {"run.sqlite", "run.lock", "report.html"}
    assert (folder / "report.html").stat().st_size > 1000
    files = (p for p in folder.rglob("*") if p.is_file() and p.name not in apart)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def as_local(url: str) -> Path:
    return Path(url.partition("://")[2])


def scans(folder: Path, count: int = 4, name: str = "s") -> Path:
    for number in range(count):
        scan(folder, f"box/{name}{number}.pdf", number)
    return folder
