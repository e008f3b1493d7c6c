"""``ocr-form4 review OUT``: the doubtful fields one by one in a browser, on this machine only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_form4.errors import OutputError, UsageError
from ocr_form4.out.addresses import is_url

if TYPE_CHECKING:
    from ocr_form4.review.session import View


def run_review(
    out: Path | str,
    *,
    port: int = 0,
    who: str = "",
    browser: bool = True,
    view: View | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> int:
    """Serves the review of OUT until it is interrupted; the exit status. ``say`` gets the address.

    ``view`` says what is shown. ``port`` 0 takes a free one; ``who`` stands with every decision, by
    default the user's name. Raises UsageError where OUT has no filings or the port is taken,
    OutputError where decisions could not be kept.
    """
    import webbrowser

    from ocr_form4.out.ledger import open_ledger
    from ocr_form4.out.place import reading, writing
    from ocr_form4.review.server import ReviewServer
    from ocr_form4.review.session import Review

    with reading(out) as folder:
        review = Review(folder, who or None, out, view)
    with open_ledger(folder):
        pass  # better now than at the first decision
    try:
        server = ReviewServer(review, port)
    except OSError as error:
        raise UsageError(
            f"port {port}: cannot be used ({error.strerror}); leave --port out for a free one"
        ) from None
    with server:
        say(f"review at {server.address} (Ctrl-C ends it; every decision is kept at once)")
        if browser:
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(server.address_for_once())
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)
    if is_url(out):
        try:
            with writing(out, say) as place:  # what was decided is in the working folder's ledger
                place.done()
        except OutputError as error:
            raise type(error)(
                f"{error}; what was decided is kept here and goes there with the next command"
            ) from error
    return 0
