"""The subcommands: their options, and the module that does each. They return what to print and the
exit status.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_form4.errors import MissingProgram, UsageError
from ocr_form4.out.addresses import as_out, shown

if TYPE_CHECKING:
    from ocr_form4_models.field import Kind

Say = Callable[[str], None]
COMMANDS = {
    "audit": "the doubtful fields of a run, worst first",
    "review": "look through doubtful fields in the browser and correct them",
    "sample": "look at a random sample of the accepted fields, and certify how many are wrong",
    "export": "write a run's results again with the corrections of now",
    "holdings": "each person's balances over all filings of a run",
    "show": "what a stage made of a page, as a picture",
    "doctor": "is everything installed that the work needs?",
}


def run_command(name: str, words: Sequence[str], say: Say) -> int:
    """Raises Form4Error as every command does; ``say`` prints a result."""
    parser = argparse.ArgumentParser(
        prog=f"ocr-form4 {name}", description=COMMANDS[name], allow_abbrev=False
    )
    return _COMMANDS[name](parser, words, say)


class _Made(Exception):
    """Carries a command's parser out, once its options are in it."""


def parser_of(name: str) -> argparse.ArgumentParser:
    """A command's parser, for the reference and the shells' completion."""

    class Parser(argparse.ArgumentParser):
        def parse_args(self, *args: object, **more: object) -> Any:
            raise _Made

    parser = Parser(prog=f"ocr-form4 {name}", description=COMMANDS[name], allow_abbrev=False)
    with contextlib.suppress(_Made):
        _COMMANDS[name](parser, (), lambda line: None)
    return parser


def _with_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "out", type=as_out, metavar="OUT", help="the folder or URL that a run wrote to"
    )


def _audit(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument(
        "--below", type=float, metavar="C", help="also accepted fields that are less sure than this"
    )
    parser.add_argument(
        "--format", choices=("table", "json", "csv"), default="table", help="default: %(default)s"
    )
    args = parser.parse_args(words)
    from ocr_form4.commands.audit import run_audit
    from ocr_form4.out.place import reading

    with reading(args.out) as folder:
        text, status = run_audit(folder, args.below, args.format)
    say(text)
    return status


def _review(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    _with_pages(parser)
    parser.add_argument(
        "--second", action="store_true",
        help="be the second reviewer: what another person has decided, without showing how",
    )  # fmt: skip
    args = parser.parse_args(words)
    from ocr_form4.review import run_review
    from ocr_form4.review.session import View

    if args.second and not args.who:
        raise UsageError("--second needs --who NAME, to tell you from the first reviewer")
    view = View(_kinds(args.only), second=args.second)
    return run_review(
        args.out, port=args.port, who=args.who, browser=not args.no_browser, view=view, say=say
    )


def _with_pages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=0, help="of the local pages; default: any that is free"
    )
    parser.add_argument("--who", default="", help="your name, kept with every correction")
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    parser.add_argument(
        "--only", type=_only, default=(), metavar="A,B",
        help="only fields of these kinds: numbers, prices, dates, codes, boxes, marks, names, "
        "texts",
    )  # fmt: skip


def _only(text: str) -> tuple[str, ...]:
    from ocr_form4.review.session import KINDS

    names = tuple(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))
    if not names or any(n not in KINDS for n in names):
        raise argparse.ArgumentTypeError(f"choose from {', '.join(KINDS)}")
    return names


def _kinds(names: Sequence[str]) -> frozenset[Kind]:
    from ocr_form4.review.session import KINDS

    return frozenset(kind for name in names for kind in KINDS[name])


def _sample(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument(
        "--n", type=int, default=300, metavar="N", help="how many fields (default: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="of the drawing (default: %(default)s)"
    )
    parser.add_argument(
        "--no-review", action="store_true", help="only draw, or certify what was looked at already"
    )
    _with_pages(parser)
    args = parser.parse_args(words)
    if args.n < 1 or args.seed < 0:
        parser.error("--n must be 1 or more, --seed 0 or more")
    from ocr_form4.review import run_review
    from ocr_form4.review.sampling import certify, sample_of
    from ocr_form4.review.session import View

    sample, found = certify(
        args.out,
        lambda folder, told: sample_of(
            folder, args.n, args.seed, args.only, _kinds(args.only), told
        ),
        say,
    )
    if not args.no_review and not found["complete"]:
        view = View(items=frozenset((d.name, d.path) for d in sample.fields))
        run_review(
            args.out, port=args.port, who=args.who, browser=not args.no_browser, view=view, say=say
        )
        sample, found = certify(args.out, lambda folder, told: sample, say)
    say(found["statement"])
    say(
        f"{shown(args.out)}/certificate.html"
        if found["complete"]
        else "run the same command again to go on"
    )
    return 0


def _export(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument(
        "--crops",
        type=Path,
        metavar="DIR",
        help="also write what people decided as labelled pictures",
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="also write who decided what and when, as CSV",
    )
    parser.add_argument(
        "--cik-list", type=Path, metavar="FILE",
        help="fill in CIKs by name from a list of lines NAME:CIK:, as the SEC's "
        "cik-lookup-data.txt",
    )  # fmt: skip
    args = parser.parse_args(words)
    from ocr_form4.out.place import reading
    from ocr_form4.run.export import export_corrections, export_crops, summary_line

    if args.cik_list:
        from ocr_form4.run.ciks import fill_ciks

        for line in fill_ciks(args.out, args.cik_list):
            say(line)
    exported = export_corrections(args.out)
    say(summary_line(args.out, exported))
    if args.crops:
        with reading(args.out) as folder:
            say(f"{args.crops}: {export_crops(folder, args.crops)} pictures")
    if args.corrections:
        from ocr_form4.out.files import write_file
        from ocr_form4.out.ledger import open_ledger
        from ocr_form4.review.agreement import agreement_lines, agreements, corrections_csv

        with reading(args.out) as folder, open_ledger(folder) as ledger:
            decisions = ledger.decisions()
            hashes = {d.name: d.sha256 for d in ledger.documents()}
            names = {(hashes.get(f.document, ""), f.first_page): f.name for f in ledger.filings()}
        write_file(args.corrections, corrections_csv(decisions, names).encode())
        say(f"{args.corrections}: {len(decisions)} decisions")
        for line in agreement_lines(agreements(decisions), names):
            say(line)
    return 3 if exported.problems else 0


def _holdings(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument("--person", help="only persons whose name has these words")
    parser.add_argument("--issuer", help="only issuers whose name has these words")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--with", dest="others", nargs="+", type=Path, default=(), metavar="XML",
        help="filings as EDGAR has them, of the same persons: does the first of them go on from "
             "the scans?",
    )  # fmt: skip
    args = parser.parse_args(words)
    from ocr_form4.histories.holdings import run_holdings
    from ocr_form4.out.place import reading

    with reading(args.out) as folder:
        say(run_holdings(folder, args.person, args.issuer, args.json, args.others))
    return 0


def _show(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    from ocr_form4.commands.show import STAGES, run_show

    parser.add_argument("scan", type=Path, metavar="SCAN", help="a PDF or a picture")
    parser.add_argument("--page", type=int, default=1, metavar="N", help="default: %(default)s")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[-1], help="default: %(default)s")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE.png", help="default: SCAN.pN.STAGE.png, here"
    )
    args = parser.parse_args(words)
    say(run_show(args.scan, args.page, args.stage, args.out))
    return 0


def _doctor(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    parser.parse_args(words)
    from ocr_form4.commands.doctor import examine

    found = examine()
    for finding in found:
        mark = "ok" if finding.fine else "MISSING" if finding.needed else "absent"
        say(f"{mark:8} {finding.what}: {finding.detail}")
    return 0 if all(f.fine for f in found if f.needed) else MissingProgram.exit_code


_COMMANDS: dict[str, Callable[[argparse.ArgumentParser, Sequence[str], Say], int]] = {
    "audit": _audit,
    "review": _review,
    "sample": _sample,
    "export": _export,
    "holdings": _holdings,
    "show": _show,
    "doctor": _doctor,
}
