"""Sheets that lie between the pages of filings and belong to none: empty ones, letters, powers of
attorney.
"""

from __future__ import annotations

from formprint.values import escape

_CSS = "@page { size: 8.5in 11in; margin: 1in; } body { font: 15px/1.5 'Liberation Serif', serif; }"


def _page(body: str) -> str:
    head = f'<head><meta charset="utf-8"><style>{_CSS}</style></head>'
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>"


def blank() -> str:
    return _page("&nbsp;")


def cover_letter(issuer: str, owner: str) -> str:
    return _page(
        "<p>Office of the Corporate Secretary</p><p>Securities and Exchange Commission<br>450 "
        "Fifth Street, N.W.<br>"
        f"Washington, D.C. 20549</p><p>Re: {escape(issuer)} - Form 4</p><p>Ladies and "
        "Gentlemen:</p>"
        "<p>Enclosed for filing please find three copies of a Statement of Changes in Beneficial "
        "Ownership on Form 4 "
        f"for {escape(owner)}, one of which has been manually signed. Please acknowledge receipt "
        "by stamping and "
        "returning the enclosed copy of this letter in the envelope provided.</p><p>Very truly "
        "yours,</p>"
        "<p style='margin-top: 60px'>Assistant Secretary</p>"
    )


def power_of_attorney(issuer: str, owner: str) -> str:
    return _page(
        "<p style='text-align: center'><b>POWER OF ATTORNEY</b></p><p>Know all by these presents, "
        "that the undersigned "
        "hereby constitutes and appoints each of the Secretary and any Assistant Secretary, "
        "signing singly, the "
        "undersigned's true and lawful attorney-in-fact to:</p><p>(1) execute for and on behalf of "
        "the undersigned, in "
        f"the undersigned's capacity as an officer and/or director of {escape(issuer)} (the "
        '"Company"), Forms 3, 4, '
        "and 5 in accordance with Section 16(a) of the Securities Exchange Act of 1934 and the "
        "rules thereunder;</p>"
        "<p>(2) do and perform any and all acts for and on behalf of the undersigned which may be "
        "necessary or "
        "desirable to complete and execute any such Form 3, 4, or 5 and timely file such form with "
        "the United States "
        "Securities and Exchange Commission; and</p>"
        "<p>(3) take any other action of any type whatsoever in connection with the "
        "foregoing which, in the opinion of such attorney-in-fact, may be of benefit to, in the "
        "best interest of, or "
        "legally required by, the undersigned.</p><p>This Power of Attorney shall remain in full "
        "force and effect "
        "until the undersigned is no longer required to file Forms 3, 4, and 5.</p>"
        f"<p style='margin-top: 60px'>____________________<br>{escape(owner)}</p>"
    )


def invoice() -> str:
    """A page with a ruled table that is no form of the SEC."""
    rows = "".join(
        f"<tr><td>{n}</td><td>{item}</td><td>{n * 12}</td><td>${n * 37}.50</td></tr>"
        for n, item in enumerate(("Paper, ream", "Toner", "Binders", "Envelopes"), 1)
    )
    return _page(
        "<h2>INVOICE 1047</h2><p>Bill to: Office Services</p><table border='1' cellspacing='0' "
        "cellpadding='6' "
        "width='100%'><tr><th>Line</th><th>Item</th><th>Quantity</th><th>Amount</th></tr>"
        + rows
        + "</table>"
        "<p>Payable within 30 days.</p>"
    )
