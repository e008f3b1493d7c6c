"""The review's web server: for this machine and this person alone.

It listens on 127.0.0.1 and wants a random token, first in the address, then in a cookie that
scripts and other sites cannot use. Other Host headers are refused (DNS rebinding), and so are posts
that a page of another origin could make.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ocr_form4.errors import Form4Error, UsageError
from ocr_form4.report.page import review_page
from ocr_form4.report.pictures import FOLDER
from ocr_form4.review.session import Review

LOOPBACK = "127.0.0.1"
MAX_BODY = 1 << 20
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; script-src "
    "'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class ReviewServer(ThreadingHTTPServer):
    """Serves one review; ``address`` is what a browser is sent to."""

    daemon_threads = True

    def __init__(self, review: Review, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.review = review
        self.token = secrets.token_urlsafe(32)
        self._once: set[str] = set()
        self._lock = threading.Lock()

    @property
    def hosts(self) -> tuple[str, str]:
        return f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/?token={self.token}"

    def address_for_once(self) -> str:
        """An address that lets in one time: a browser's command line can be read by everyone on the
        machine.
        """
        code = secrets.token_urlsafe(32)
        self._once.add(code)
        return f"http://{self.hosts[0]}/?token={code}"

    def lets_in(self, given: str) -> bool:
        """Whether this is the token, or a code that was not used yet; compared in a time that tells
        nothing.
        """
        data = given.encode("utf-8", "replace")
        with self._lock:
            used = {code for code in self._once if hmac.compare_digest(data, code.encode())}
            self._once -= used
        return bool(used) or hmac.compare_digest(data, self.token.encode())

    def handle_error(self, request: object, client_address: object) -> None:
        """Quiet: what a client breaks off is nobody's news."""

    @property
    def cookie(self) -> str:
        """Cookies do not know ports: two reviews at once each have their own."""
        return f"ocr-form4-{self.server_port}"


class Refused(Exception):
    """A request that is not answered; carries the status and one line."""

    def __init__(self, status: HTTPStatus, line: str) -> None:
        super().__init__(line)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    server_version = "ocr-form4"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: an access log would hold the token."""

    def _answer(self, work: Callable[[], None]) -> None:
        try:
            if self.headers.get("Host") not in self.server.hosts:
                raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "this is not the host you asked for")
            work()
        except Refused as refused:
            self._send(
                refused.status, "text/plain; charset=utf-8", f"{refused}\n".encode(), close=True
            )
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True
        except Exception as error:  # a bug: one line, and the review goes on
            line = f"a bug: {type(error).__name__}; please report it\n"
            with contextlib.suppress(OSError):
                self._send(
                    HTTPStatus.INTERNAL_SERVER_ERROR,
                    "text/plain; charset=utf-8",
                    line.encode(),
                    close=True,
                )

    def _split(self) -> SplitResult:
        try:
            return urlsplit(self.path)
        except ValueError:
            raise Refused(HTTPStatus.BAD_REQUEST, "no such address") from None

    def _get(self) -> None:
        parts = self._split()
        query = parse_qs(parts.query)
        given = query.get("token", [""])[0]
        if parts.path == "/" and given:
            self._let_in(given)
            return
        self._check_cookie()
        if parts.path == "/":
            page = review_page(self.server.review.out.resolve().name, self.server.review.who)
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())
        elif parts.path == "/api/queue":
            self._json({"items": [asdict(w) for w in self.server.review.queue()]})
        elif parts.path == "/api/filing":
            self._json(self._known(lambda: self.server.review.filing(query.get("name", [""])[0])))
        else:
            self._picture(unquote(parts.path))

    def _post(self) -> None:
        self._check_cookie()
        self._check_origin()
        body = self._body()
        review = self.server.review
        action = self._split().path
        if action == "/api/export":
            try:
                self._json(asdict(review.export()))
            except Form4Error as error:
                raise Refused(HTTPStatus.CONFLICT, str(error)) from None
            return
        name, path, value = body.get("name"), body.get("path"), body.get("value")
        if (
            not isinstance(name, str)
            or not isinstance(path, str)
            or not isinstance(value, str | None)
        ):
            raise Refused(HTTPStatus.BAD_REQUEST, "name, path and value are texts")
        if action == "/api/decide":
            self._json(self._known(lambda: review.decide(name, path, value)))
        elif action == "/api/undo":
            self._json(self._known(lambda: review.undo(name, path)))
        else:
            raise Refused(HTTPStatus.NOT_FOUND, "no such thing")

    def _known(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return work()
        except KeyError:
            raise Refused(HTTPStatus.NOT_FOUND, "no such filing or field in this run") from None
        except (OSError, ValueError) as error:
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, f"cannot be read: {error}") from None
        except UsageError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
        except Form4Error as error:
            raise Refused(HTTPStatus.CONFLICT, str(error)) from None

    def _let_in(self, given: str) -> None:
        """The token out of the address into a cookie, so that it stays out of the history and the
        referrer.
        """
        if not self.server.lets_in(given):
            raise Refused(HTTPStatus.FORBIDDEN, "use the address that ocr-form4 review printed")
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header(
            "Set-Cookie",
            f"{self.server.cookie}={self.server.token}; Path=/; HttpOnly; SameSite=Strict",
        )
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _check_cookie(self) -> None:
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(self.server.cookie)
        except CookieError:
            morsel = None
        if morsel is None or not hmac.compare_digest(
            morsel.value.encode("utf-8", "replace"), self.server.token.encode()
        ):
            raise Refused(HTTPStatus.FORBIDDEN, "use the address that ocr-form4 review printed")

    def _check_origin(self) -> None:
        origin = self.headers.get("Origin")
        if origin is not None and origin not in tuple(
            f"http://{host}" for host in self.server.hosts
        ):
            raise Refused(HTTPStatus.FORBIDDEN, "this came from another page")
        if self.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Refused(HTTPStatus.FORBIDDEN, "this came from another page")
        if self.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON is wanted here")

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        plain = length.isascii() and length.isdigit() and len(length) < 12
        if not plain or int(length) > MAX_BODY or "Transfer-Encoding" in self.headers:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long, or without a length")
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise Refused(HTTPStatus.BAD_REQUEST, "not JSON") from None
        if not isinstance(body, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "not a JSON object")
        return body

    def _picture(self, path: str) -> None:
        """A picture below OUT/report, and nothing else of the disk."""
        root = (self.server.review.out / FOLDER).resolve()
        try:
            file = (self.server.review.out / path.lstrip("/")).resolve()
            inside = file.is_relative_to(root) and file.suffix == ".webp" and file.is_file()
        except (OSError, ValueError):
            inside = False
        if not inside:
            raise Refused(HTTPStatus.NOT_FOUND, "no such thing")
        self._send(
            HTTPStatus.OK, "image/webp", Path(file).read_bytes(), cache="private, max-age=3600"
        )

    def _json(self, data: object) -> None:
        text = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
        self._send(HTTPStatus.OK, "application/json; charset=utf-8", text)

    def _send(
        self,
        status: HTTPStatus,
        kind: str,
        body: bytes,
        cache: str = "no-store",
        close: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)
