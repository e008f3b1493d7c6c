"""``ocr-form4 review OUT``: the doubtful fields one by one in a browser, on this machine only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from ocr_form4.errors import UsageError


def serve(
    out: Path,
    *,
    port: int = 0,
    open_browser: bool = True,
    who: str | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> None:
    """Serves the review of OUT until it is interrupted. ``tell`` gets the address, for people without a browser here.

    ``port`` 0 takes a free one; ``who`` defaults to the user's name and stands with every decision. Raises UsageError
    where OUT has no filings or the port is taken, OutputError where decisions could not be kept.
    """
    import webbrowser

    from ocr_form4.export.ledger import open_ledger
    from ocr_form4.review.server import ReviewServer
    from ocr_form4.review.session import Review

    review = Review(out, who)
    with open_ledger(out):
        pass  # better now than at the first decision
    try:
        server = ReviewServer(review, port)
    except OSError as error:
        raise UsageError(f"port {port}: cannot be used ({error.strerror}); leave --port out for a free one") from None
    with server:
        tell(f"review at {server.address}")
        if open_browser:
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(server.address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)
