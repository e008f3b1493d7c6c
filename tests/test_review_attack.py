"""The review's server as an attacker on the same machine, or behind a page in the same browser,
would try it.
"""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from make_out import FIXTURES, OWNED, ROW, make_out
from test_review import ask, evidence, field

from ocr_form4.errors import UsageError
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.review.server import ReviewServer
from ocr_form4.review.session import Review
from ocr_form4.run.export import export_corrections

WRONG = f"{ROW}[2]/{OWNED}"
NAME = "/ownershipDocument/issuer/issuerName"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return make_out(tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"})


@pytest.fixture
def server(out: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[ReviewServer]:
    with ReviewServer(Review(out, "ann")) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
    told = capfd.readouterr()
    assert "Traceback" not in told.err and server.token not in told.out + told.err


def raw(server: ReviewServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while block := connection.recv(1 << 16):
            answer += block
    return answer


def decisions(out: Path) -> int:
    with sqlite3.connect(out / "run.sqlite") as db:
        return int(db.execute("select count(*) from corrections").fetchone()[0])


@pytest.mark.parametrize(
    "line",
    [
        b"GET http://[/ HTTP/1.1", b"GET //[::1 HTTP/1.1", b"GET /%ff%00 HTTP/1.1",
        b"GET /?token=%ff%ff HTTP/1.1",
        b"BREW / HTTP/1.1", b"DELETE /api/decide HTTP/1.1", b"GET / HTTP/9.9", b"\xff\xfe", b"GET",
        b"OPTIONS * HTTP/1.1", b"TRACE / HTTP/1.1", b"CONNECT evil:443 HTTP/1.1",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1",
    ],
)  # fmt: skip
def test_odd_requests_get_a_line_and_nothing_else(
    server: ReviewServer, out: Path, line: bytes
) -> None:
    host = server.hosts[0].encode()
    answer = raw(server, line + b"\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert b" 200 " not in answer.split(b"\r\n")[0] and b"706" not in answer
    assert ask(server, "GET", "/api/queue")[0] == 200
    assert decisions(out) == 0


@pytest.mark.parametrize(
    "header",
    ["Content-Length: \u00b2", "Content-Length: -1", "Content-Length: 99999999999999999999",
     "Content-Length: 1e3",
     "Content-Length: 0x10", "Transfer-Encoding: chunked", "X-None: 1",
     "Content-Length: 10\r\nTransfer-Encoding: chunked"],
)  # fmt: skip
def test_odd_lengths_are_refused(server: ReviewServer, out: Path, header: str) -> None:
    head = (
        f"POST /api/decide HTTP/1.1\r\nHost: {server.hosts[0]}\r\nContent-Type: "
        "application/json\r\n"
        f"Cookie: {server.cookie}={server.token}\r\n{header}\r\n\r\n{{}}"
    )
    status = raw(server, head.encode("latin-1")).split(b"\r\n")[0]
    assert any(code in status for code in (b" 400 ", b" 413 ")), status
    assert decisions(out) == 0


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "a\ud800", "\x1b[31m", "x" * 20_001, "\ufffe"],
)
def test_values_that_could_not_be_written_down_are_not_kept(
    server: ReviewServer, out: Path, value: str
) -> None:
    status, _, body = ask(
        server, "POST", "/api/decide", {"name": "sales", "path": NAME, "value": value}
    )
    assert status == 400 and body.startswith(b"not kept: ") and body.count(b"\n") == 1
    assert decisions(out) == 0


@pytest.mark.parametrize("value", ["1e300000000", "-1E+99", "9" * 5000, "1e-400000000"])
def test_numbers_that_would_fill_the_disk_are_not_kept(out: Path, value: str) -> None:
    review = Review(out)
    with pytest.raises(UsageError, match="not kept: a number"):
        review.decide("sales", WRONG, value)
    # and where a ledger has one already, it is left out and told of
    with open_ledger(out) as ledger:
        sha256 = evidence(out)["source"]["sha256"]
        ledger.add_correction(sha256, 1, Correction(WRONG, value, "706820", 0.4, "mallory"))
    assert export_corrections(out).problems == ()
    assert field(evidence(out), WRONG)["value"] == "706820"
    assert any("cannot be written" in m for m in evidence(out)["messages"])
    assert sum(p.stat().st_size for p in out.rglob("*") if p.is_file()) < 20_000_000


def test_markup_in_values_stays_text(server: ReviewServer, out: Path) -> None:
    hostile = '</script><img src=x onerror=alert(1)>"&\u2028'
    assert (
        ask(server, "POST", "/api/decide", {"name": "sales", "path": NAME, "value": hostile})[0]
        == 200
    )
    _, headers, page = ask(server, "GET", "/")
    assert b"<img src=x" not in page and headers["X-Content-Type-Options"] == "nosniff"
    export_corrections(out)
    for file in (out / "report.html", out / "report" / "sales.js"):
        assert "</script><img" not in file.read_text(encoding="utf-8")
    assert field(evidence(out), NAME)["value"] == hostile


def test_a_browser_s_command_line_lets_nobody_in_afterwards(server: ReviewServer) -> None:
    parts = urlsplit(server.address_for_once())
    path = f"/?{parts.query}"
    status, headers, _ = ask(server, "GET", path, Cookie="")
    assert status == 303 and server.token in headers["Set-Cookie"]
    assert ask(server, "GET", path, Cookie="")[0] == 403
    assert server.token not in parts.query


def test_guessing_comes_to_nothing(server: ReviewServer) -> None:
    guesses = [
        "",
        server.token[:-1],
        server.token + "a",
        server.token.swapcase(),
        "é" * 43,
        "a" * 60_000,
    ]
    for guess in guesses:
        assert ask(
            server,
            "GET",
            "/api/queue",
            Cookie=f"{server.cookie}={guess}".encode().decode("latin-1"),
        )[0] in (
            403,
            431,
        )
    # another port's
    assert ask(server, "GET", "/api/queue", Cookie=f"ocr-form4-1={server.token}")[0] == 403
    assert len(server.token) >= 43


def test_two_sessions_and_a_stale_one_lose_and_double_nothing(
    server: ReviewServer, out: Path
) -> None:
    with ReviewServer(Review(out, "bob")) as other:
        threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        assert other.token != server.token
        assert ask(other, "GET", "/api/queue", Cookie=f"{other.cookie}={server.token}")[0] == 403

        def decide(number: int) -> int:
            to = (server, other)[number % 2]
            return ask(
                to, "POST", "/api/decide", {"name": "sales", "path": WRONG, "value": str(number)}
            )[0]

        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(decide, range(12))) == {200}
        other.shutdown()
    assert decisions(out) == 12
    with open_ledger(out) as ledger:
        stands = ledger.corrections(evidence(out)["source"]["sha256"])[1]
    assert len(stands) == 1
    assert [w.decided for w in Review(out).queue() if w.path == WRONG] == [True]


def test_a_slow_client_holds_up_nobody(server: ReviewServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as slow:
        slow.sendall(b"POST /api/decide HTTP/1.1\r\nHost: x")
        assert ask(server, "GET", "/api/queue")[0] == 200
