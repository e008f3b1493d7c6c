"""The subcommands: their options, and the module that does each. They return what to print and the exit status."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from ocr_form4.errors import MissingProgram
from ocr_form4.out.addresses import as_out

Say = Callable[[str], None]
COMMANDS = {
    "audit": "the doubtful fields of a run, worst first",
    "review": "look through doubtful fields in the browser and correct them",
    "export": "write a run's results again with the corrections of now",
    "holdings": "each person's balances over all filings of a run",
    "show": "what a stage made of a page, as a picture",
    "doctor": "is everything installed that the work needs?",
}


def run_command(name: str, words: Sequence[str], say: Say) -> int:
    """Raises Form4Error as every command does; ``say`` prints a result."""
    parser = argparse.ArgumentParser(prog=f"ocr-form4 {name}", description=COMMANDS[name])
    return _COMMANDS[name](parser, words, say)


def _with_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=as_out, metavar="OUT", help="the folder or URL that a run wrote to")


def _audit(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument("--below", type=float, metavar="C", help="also accepted fields that are less sure than this")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: %(default)s")
    args = parser.parse_args(words)
    from ocr_form4.commands.audit import run_audit
    from ocr_form4.out.place import reading

    with reading(args.out) as folder:
        text, status = run_audit(folder, args.below, args.format)
    say(text)
    return status


def _review(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument("--port", type=int, default=0, help="of the local pages; default: any that is free")
    parser.add_argument("--who", default="", help="your name, kept with every correction")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    args = parser.parse_args(words)
    from ocr_form4.review import run_review

    return run_review(args.out, port=args.port, who=args.who, browser=not args.no_browser, say=say)


def _export(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument("--crops", type=Path, metavar="DIR", help="also write what people decided as labelled pictures")
    args = parser.parse_args(words)
    from ocr_form4.out.place import reading
    from ocr_form4.run.export import export_corrections, export_crops, summary_line

    exported = export_corrections(args.out)
    say(summary_line(args.out, exported))
    if args.crops:
        with reading(args.out) as folder:
            say(f"{args.crops}: {export_crops(folder, args.crops)} pictures")
    return 3 if exported.problems else 0


def _holdings(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    _with_out(parser)
    parser.add_argument("--person", help="only persons whose name has these words")
    parser.add_argument("--issuer", help="only issuers whose name has these words")
    parser.add_argument("--json", action="store_true", help="as JSON")
    args = parser.parse_args(words)
    from ocr_form4.histories.holdings import run_holdings
    from ocr_form4.out.place import reading

    with reading(args.out) as folder:
        say(run_holdings(folder, args.person, args.issuer, args.json))
    return 0


def _show(parser: argparse.ArgumentParser, words: Sequence[str], say: Say) -> int:
    from ocr_form4.commands.show import STAGES, run_show

    parser.add_argument("scan", type=Path, metavar="SCAN", help="a PDF or a picture")
    parser.add_argument("--page", type=int, default=1, metavar="N", help="default: %(default)s")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[-1], help="default: %(default)s")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.png", help="default: SCAN.pN.STAGE.png, here")
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
    "export": _export,
    "holdings": _holdings,
    "show": _show,
    "doctor": _doctor,
}
