"""A run speaks to nobody: it looks up no host, connects to none, and writes nowhere but into OUT
and the cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from documents import FIXTURES

WATCH = """
import os, sys
LOG = os.open(os.environ["WATCHED_IN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def note(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto"):
        # a path is a socket of this machine's
        if event != "socket.connect" or isinstance(args[1], tuple):
            os.write(LOG, f"{event} {args!r}\\n".encode())
sys.addaudithook(note)
"""
"""Runs in every Python process of a run, also in those that it starts."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def started(home: Path, *command: str) -> tuple[str, list[str]]:
    """What a command of Python's looked up, and the files that it left in the home."""
    here, log = home.parent, home.parent / "log"
    paths = os.pathsep.join([str(here / "watch"), *filter(None, sys.path)])
    surroundings = {
        k: v
        for k, v in os.environ.items()
        if k not in ("CI", "XDG_CACHE_HOME", "TF_BUILD", "JENKINS_URL")
    }
    surroundings |= {
        "HOME": str(home),
        "TMPDIR": str(here),
        "PYTHONPATH": paths,
        "WATCHED_IN": str(log),
    }
    surroundings["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, *command],
        env=surroundings,
        cwd=here,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    left = [p.relative_to(home).as_posix() for p in sorted(home.rglob("*")) if p.is_file()]
    return log.read_text(), left


@pytest.mark.slow
def test_the_watch_sees_a_look_up(home: Path) -> None:
    code = (
        "import socket, pathlib; pathlib.Path.home().joinpath('left').touch(); "
        "socket.getaddrinfo('localhost', 80)"
    )
    said, left = started(home, "-c", code)
    assert "socket.getaddrinfo ('localhost'" in said and left == ["left"]


@pytest.mark.slow
def test_a_run_looks_nothing_up_and_leaves_nothing_in_the_home(home: Path) -> None:
    """Outside of CI, where the engine's telemetry would speak up."""
    out = home.parent / "out"
    scan = FIXTURES / "scan" / "black-and-white.png"
    said, left = started(home, "-m", "ocr_form4.cli", str(scan), "-o", str(out), "--jobs", "2")
    assert list((out / "filings").glob("*.xml"))
    assert said == ""
    assert [path for path in left if not path.startswith(".cache/ocr-form4/")] == []
    assert {p.name for p in home.parent.iterdir()} == {"watch", "home", "log", "out"}


@pytest.mark.slow
def test_the_engine_alone_is_as_quiet(home: Path) -> None:
    """In a process of the user's own, where its telemetry may start processes."""
    code = (
        "from ocr_form4.readers.engine import openvino; import time; openvino().Core(); "
        "time.sleep(1)"
    )
    assert started(home, "-c", code) == ("", [])
