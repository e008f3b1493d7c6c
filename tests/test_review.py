"""The review without a browser: what is kept, what comes out of an export, and who is let in."""

from __future__ import annotations

import csv
import http.client
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from make_out import FIXTURES, OWNED, ROW, SHARES, make_out

from ocr_form4.errors import UsageError
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.formats.searchable_pdf import write_pdf
from ocr_form4.out.files import locked
from ocr_form4.review.server import ReviewServer
from ocr_form4.review.session import Review
from ocr_form4.run.export import export_corrections, export_crops, read_filing
from ocr_form4.settings import Settings

WRONG = f"{ROW}[2]/{OWNED}"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return make_out(tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"})


def evidence(out: Path, name: str = "sales") -> dict[str, Any]:
    return json.loads((out / "filings" / f"{name}.json").read_bytes())


def field(data: dict[str, Any], path: str) -> dict[str, Any]:
    return next(f for f in data["fields"] if f["path"] == path)


def running(data: dict[str, Any]) -> list[str]:
    return [c["outcome"] for c in data["checks"] if c["name"] == "running-holdings"]


def test_queue_is_worst_first_and_keeps_what_is_decided(tmp_path: Path) -> None:
    scans = [FIXTURES / "scan" / name for name in ("sales.pdf", "fax.tif")]
    review = Review(make_out(tmp_path, scans, misread={WRONG: "706820"}, doubt=0.05))
    queue = review.queue()
    assert len(queue) > 3 and [w.confidence for w in queue] == sorted(w.confidence for w in queue)
    first = queue[0]
    assert first.path == WRONG
    review.decide(first.name, first.path, "706620")
    assert [(w.path, w.decided) for w in review.queue()] == [(w.path, w is first) for w in queue]


def test_a_decision_is_in_the_ledger_at_once_with_who_and_when(out: Path) -> None:
    Review(out, "ann").decide("sales", WRONG, "706620")
    with sqlite3.connect(out / "run.sqlite") as db:
        columns = "path, value, machine_value, machine_confidence, who, at, undone"
        rows = db.execute(f"select {columns} from corrections").fetchall()
    ((path, value, machine, confidence, who, at, undone),) = rows
    assert (path, value, machine, confidence, who, undone) == (
        WRONG,
        "706620",
        "706820",
        0.41,
        "ann",
        0,
    )
    assert at.startswith("20") and "T" in at
    # a new process knows it: nothing was held in memory
    data = Review(out).filing("sales")
    assert field(data, WRONG)["status"] == "corrected" and field(data, WRONG)["value"] == "706620"


def test_checks_are_held_again(out: Path) -> None:
    review = Review(out)
    assert running(review.filing("sales")) == ["breaks", "breaks"]
    assert running(review.decide("sales", WRONG, "706620")) == ["holds", "holds"]
    assert running(review.undo("sales", WRONG)) == ["breaks", "breaks"]


def test_undo_keeps_the_history(out: Path) -> None:
    review = Review(out)
    review.decide("sales", WRONG, "1")
    review.decide("sales", WRONG, "706620")
    review.undo("sales", WRONG)
    assert field(review.filing("sales"), WRONG)["value"] == "1"
    review.undo("sales", WRONG)
    assert field(review.filing("sales"), WRONG)["status"] == "review"
    with pytest.raises(KeyError):
        review.undo("sales", WRONG)
    with sqlite3.connect(out / "run.sqlite") as db:
        assert db.execute("select count(*), sum(undone) from corrections").fetchone() == (2, 2)


def test_export_writes_xml_json_and_tables_and_undo_takes_all_back(out: Path) -> None:
    before = {p.name: p.read_bytes() for p in (out / "filings").iterdir()}
    review = Review(out)
    review.decide("sales", WRONG, "706620")
    assert (export_corrections(out).filings, export_corrections(out).fields) == (1, 1)
    found = field(evidence(out), WRONG)
    assert (found["value"], found["status"], found["confidence"]) == ("706620", "corrected", 1.0)
    assert (found["machine"]["value"], found["machine"]["confidence"]) == ("706820", 0.41)
    assert read_xml((out / "filings" / "sales.xml").read_bytes()).fields[WRONG].text == "706620"
    with (out / "transactions.csv").open(encoding="utf-8") as file:
        assert "706620" in [v for row in csv.reader(file) for v in row]
    assert "decided by a person" in (out / "report.html").read_text(encoding="utf-8")
    review.undo("sales", WRONG)
    export_corrections(out)
    assert {p.name: p.read_bytes() for p in (out / "filings").iterdir()} == before


def test_confirming_the_machine_is_a_decision_too(out: Path) -> None:
    Review(out).decide("sales", WRONG, "706820")
    export_corrections(out)
    found = field(evidence(out), WRONG)
    assert (found["status"], found["value"], found["machine"]["value"]) == (
        "corrected",
        "706820",
        "706820",
    )
    # the person vouches for the number, so it is the paper that does not add up
    assert {c["grade"] for c in evidence(out)["checks"] if c["name"] == "running-holdings"} == {
        "as-filed"
    }


def test_footnote_marks_are_corrected_in_the_xml(out: Path) -> None:
    marks = f"{ROW}[1]/footnoteId"
    before = read_xml((out / "filings" / "sales.xml").read_bytes()).fields[marks].text.split()
    Review(out).decide("sales", marks, " ".join(before[:-1]))
    export_corrections(out)
    after = read_xml((out / "filings" / "sales.xml").read_bytes()).fields.get(marks)
    assert (after.text.split() if after else []) == before[:-1]


def test_crops_are_labelled(out: Path, tmp_path: Path) -> None:
    from PIL import Image

    Review(out).decide("sales", WRONG, "706620")
    assert export_crops(out, tmp_path / "crops") == 1
    header, line = (tmp_path / "crops" / "labels.tsv").read_text(encoding="utf-8").splitlines()
    label = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert (label["kind"], label["value"], label["machine_value"]) == ("number", "706620", "706820")
    assert label["path"] == WRONG
    with Image.open(tmp_path / "crops" / label["file"]) as picture:
        assert picture.width > 100 and picture.height > 40


def test_nothing_to_review_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no filings there"):
        Review(tmp_path)
    with pytest.raises(UsageError, match="no results there"):
        export_corrections(tmp_path)


# ---- the server ----


@pytest.fixture
def server(out: Path) -> Iterator[ReviewServer]:
    with ReviewServer(Review(out, "ann")) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


def ask(
    server: ReviewServer, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; by default as the right browser asks."""
    sent = {"Host": server.hosts[0], "Cookie": f"{server.cookie}={server.token}"}
    data = None
    if method == "POST":
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(data))}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders(data)
    answer = connection.getresponse()
    try:
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


DECISION = {"name": "sales", "path": WRONG, "value": "706620"}


def test_listens_on_this_machine_only(server: ReviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_the_token_becomes_a_cookie_that_stays_here(server: ReviewServer) -> None:
    status, headers, _ = ask(server, "GET", f"/?token={server.token}", Cookie="")
    assert status == 303 and headers["Location"] == "/"
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]
    status, headers, page = ask(server, "GET", "/")
    assert status == 200 and b"Review of" in page and server.token.encode() not in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/", "/api/queue", "/api/filing?name=sales", "/?token=wrong", "/report/x.webp"]
)
def test_without_the_token_nothing_is_told(server: ReviewServer, path: str) -> None:
    status, _, body = ask(server, "GET", path, Cookie="")
    assert status == 403 and b"706" not in body
    assert ask(server, "GET", path, Cookie=f"{server.cookie}=guess")[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", ""])
def test_other_hosts_are_refused(server: ReviewServer, host: str) -> None:
    assert ask(server, "GET", "/api/queue", Host=host)[0] == 421
    assert ask(server, "POST", "/api/decide", DECISION, Host=host)[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Cookie": ""},
    ],
)
def test_posts_of_other_pages_are_refused(server: ReviewServer, headers: dict[str, str]) -> None:
    assert ask(server, "POST", "/api/decide", DECISION, **headers)[0] in (403, 415)
    assert not server.review.queue()[0].decided


def test_the_right_post_is_kept(server: ReviewServer) -> None:
    status, _, body = ask(
        server, "POST", "/api/decide", DECISION, Origin=f"http://{server.hosts[0]}"
    )
    assert status == 200 and running(json.loads(body)) == ["holds", "holds"]
    assert server.review.queue()[0].decided


@pytest.mark.parametrize(
    "path",
    [
        "/report/../run.sqlite", "/run.sqlite", "/report/%2e%2e/run.sqlite", "/../../../etc/passwd",
        "//etc/passwd",
        "/report/..%2f..%2fsecret.webp", "/report/link.webp", "/report/%00.webp",
        "/filings/sales.json",
    ],
)  # fmt: skip
def test_only_pictures_of_the_report_are_served(server: ReviewServer, out: Path, path: str) -> None:
    secret = out.parent / "secret.webp"
    secret.write_bytes(b"secret")
    (out / "report").mkdir(exist_ok=True)
    (out / "report" / "link.webp").symlink_to(secret)
    status, _, body = ask(server, "GET", path)
    assert status == 404 and b"secret" not in body


def test_pictures_are_served(server: ReviewServer) -> None:
    _, _, body = ask(server, "GET", "/api/filing?name=sales")
    data = json.loads(body)
    for address in (data["pages"][0]["picture"], field(data, WRONG)["crop"]):
        status, headers, picture = ask(server, "GET", f"/{address}")
        assert (
            status == 200 and headers["Content-Type"] == "image/webp" and picture[8:12] == b"WEBP"
        )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[" * 100_000, 400), (b"[]", 400), ({"name": 1, "path": WRONG}, 400),
        ({"name": "../sales", "path": WRONG, "value": "1"}, 404), ({"name": "sales", "path": "/x",
         "value": "1"}, 404),
    ],
)  # fmt: skip
def test_bad_posts_get_one_line(server: ReviewServer, body: object, status: int) -> None:
    found, _, answer = ask(server, "POST", "/api/decide", body)
    assert found == status and answer.count(b"\n") == 1
    assert ask(server, "GET", "/api/queue")[0] == 200


def test_another_field_can_be_corrected_too(server: ReviewServer) -> None:
    path = f"{ROW}[1]/{SHARES}"
    status, _, body = ask(
        server, "POST", "/api/decide", {"name": "sales", "path": path, "value": "49253"}
    )
    assert status == 200 and field(json.loads(body), path)["machine"]["value"] == "49252"


def test_a_killed_review_loses_nothing(out: Path) -> None:
    """The command itself, ended by SIGKILL right after its answer."""
    command = [
        sys.executable,
        "-m",
        "ocr_form4.cli",
        "review",
        str(out),
        "--no-browser",
        "--who",
        "ann",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split(" at ")[1].split()[0])
        connection = http.client.HTTPConnection(address.netloc, timeout=20)
        token = address.query.removeprefix("token=")
        headers = {
            "Cookie": f"ocr-form4-{address.port}={token}",
            "Content-Type": "application/json",
        }
        connection.request("POST", "/api/decide", json.dumps(DECISION), headers)
        assert connection.getresponse().status == 200
    finally:
        process.kill()
        process.wait()
    assert field(Review(out).filing("sales"), WRONG)["value"] == "706620"
    export_corrections(out)
    assert field(evidence(out), WRONG)["status"] == "corrected"


def test_an_export_during_a_run_is_refused(server: ReviewServer, out: Path) -> None:
    with locked(out):
        status, _, body = ask(server, "POST", "/api/export", {})
        assert status == 409 and b"another run is writing here" in body
        assert ask(server, "POST", "/api/decide", DECISION)[0] == 200  # deciding goes on


def test_the_searchable_pdf_gets_the_text_of_now(out: Path) -> None:
    pdf = out / "searchable" / "sales.pdf"
    pdf.parent.mkdir()
    filing, _, _ = read_filing(out, "sales")
    pdf.write_bytes(write_pdf(FIXTURES / "scan" / "sales.pdf", filing, Settings()))

    def words() -> list[str]:
        done = subprocess.run(
            ["pdftotext", str(pdf), "-"], check=True, capture_output=True, timeout=60
        )
        return done.stdout.decode().split()

    assert "706,820" in words()
    Review(out).decide("sales", WRONG, "706620")
    assert export_corrections(out).problems == ()
    assert "706,620" in words() and "706,820" not in words()
    with sqlite3.connect(out / "run.sqlite") as db:
        db.execute("update documents set path = '/gone'")
    assert "its scan is gone" in export_corrections(out).problems[0]
