"""The command ``ocr-form4``: arguments in, exit status out. The only place that prints.

Results go to stdout, everything else to stderr. Heavy modules are imported when they are needed:
``--help`` is fast.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_form4 import __version__
from ocr_form4.commands import COMMANDS, run_command
from ocr_form4.errors import Form4Error, Interrupted, MissingProgram, UsageError
from ocr_form4.out.addresses import as_out
from ocr_form4.out.names import for_terminal
from ocr_form4.settings import READERS, Settings

if TYPE_CHECKING:
    from ocr_form4.run.events import Summary
    from ocr_form4.run.executors import Execute
    from ocr_form4.run.worker import Work

DEFAULT_OUT = Path("ocr-form4-out")
SCANS_HELP = (
    "PDF, TIFF, PNG, JPEG, HEIC or WebP files, folders or URLs of them; - is standard input"
)


def main(
    arguments: Sequence[str] | None = None, make_work: Callable[..., Work] | None = None
) -> int:
    """Runs a command; every Form4Error becomes its one line and its exit status here.

    ``make_work`` (a module-level function of settings and software) does other work than reading
    with the real engines.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if os.name == "nt":
            raise MissingProgram(
                "ocr-form4 runs on Linux and macOS; on Windows use it in WSL or in a container"
            )
        if "--print-completion" in words[:1]:
            return _completion(words[1:])
        if words and words[0] in COMMANDS:
            return run_command(words[0], words[1:], _print)
        _refuse_what_is_nearly_a_command(words)
        return _run(words, make_work)
    except Form4Error as error:
        _say(f"ocr-form4: {error}")
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _say(
            "ocr-form4: interrupted; what was finished is kept, run the same command again to go on"
        )
        return Interrupted.exit_code


def _refuse_what_is_nearly_a_command(words: Sequence[str]) -> None:
    """Raises UsageError for a first word that is no file and differs from a command's by a slip."""
    if not words or words[0].startswith("-") or Path(words[0]).exists():
        return
    if meant := get_close_matches(words[0], COMMANDS, 1, cutoff=0.75):
        raise UsageError(f"{words[0]}: neither a command nor a file; was {meant[0]} meant?")


def _say(line: str) -> None:
    print(for_terminal(line), file=sys.stderr, flush=True)


def _print(line: str) -> None:
    print(for_terminal(line), flush=True)


def _completion(words: list[str]) -> int:
    """Prints the completion of a shell; shtab makes it from the options themselves."""
    try:
        import shtab
    except ImportError:
        raise MissingProgram(
            "shtab is not installed; pip install 'ocr-form4[completion]'"
        ) from None
    from ocr_form4.commands import parser_of

    if len(words) != 1 or words[0] not in shtab.SUPPORTED_SHELLS:
        raise UsageError(f"--print-completion: choose from {', '.join(shtab.SUPPORTED_SHELLS)}")
    whole = argparse.ArgumentParser(prog="ocr-form4", allow_abbrev=False)
    commands = whole.add_subparsers()
    for name, what in COMMANDS.items():
        commands.add_parser(name, parents=[parser_of(name)], help=what, add_help=False)
    for action in parser()._actions:
        if action.option_strings and "--help" not in action.option_strings:
            whole._add_action(action)
    _print(shtab.complete(whole, words[0]))
    return 0


def parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:9} {what}" for name, what in COMMANDS.items())
    p = argparse.ArgumentParser(
        prog="ocr-form4",
        allow_abbrev=False,
        description="Reads scanned SEC Form 4 filings into EDGAR ownership XML, "
        "with a calibrated confidence for every field.",
        epilog=f"commands (ocr-form4 COMMAND --help):\n{commands}\n\nA folder named like a command "
        "is given as ./NAME.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument(
        "scans",
        nargs="+",
        metavar="SCAN",
        help=SCANS_HELP,
    )
    p.add_argument(
        "-o",
        "--out",
        type=as_out,
        default=DEFAULT_OUT,
        metavar="OUT",
        help="folder or URL (default: %(default)s)",
    )
    p.add_argument("--json", action="store_true", help="print one line of JSON per filing")
    p.add_argument(
        "--strict", action="store_true", help="exit status 1 where anything needs review"
    )
    p.add_argument(
        "--searchable-pdf",
        action="store_true",
        help="also write searchable/NAME.pdf, with invisible text",
    )
    p.add_argument(
        "--pages-as-filing",
        action="store_true",
        help="the images of a folder are the pages of one document",
    )
    p.add_argument(
        "--alto",
        action="store_true",
        help="also write alto/NAME.xml, ALTO 4 with the fields as tags",
    )
    p.add_argument(
        "--draws",
        type=_count,
        metavar="M",
        help="also write draws.parquet: M draws of every doubtful value",
    )
    p.add_argument(
        "--print-completion", choices=("bash", "zsh", "tcsh"), metavar="SHELL",
        help="print what makes the shell complete options (bash, zsh or tcsh), and end",
    )  # fmt: skip
    p.add_argument("--version", action="version", version=f"ocr-form4 {__version__}")
    defaults = Settings()
    reading = p.add_argument_group("reading")
    reading.add_argument(
        "--readers",
        type=_readers,
        default=READERS,
        metavar="A,B",
        help=f"which take part: {','.join(READERS)}",
    )
    reading.add_argument(
        "--max-wrong", type=_positive, default=defaults.max_wrong_per_10000, metavar="N",
        help="of 10,000 accepted fields, N may be wrong; more go to review with a smaller N "
             "(default: %(default)g)",
    )  # fmt: skip
    _add_run_options(p.add_argument_group("run"))
    _add_limits(p.add_argument_group("limits"), defaults)
    return p


def _add_run_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-j", "--jobs", type=_count, default=0, metavar="N", help="processes; default: one per core"
    )
    group.add_argument(
        "--on-existing", choices=("skip", "overwrite", "fail"), default="skip",
        help="what to do with unchanged documents that OUT has results of (default: %(default)s)",
    )  # fmt: skip
    group.add_argument(
        "--max-failures",
        type=_share,
        metavar="N|P%",
        help="stop when more documents fail; default: no limit",
    )
    group.add_argument(
        "--executor",
        choices=("local", "inprocess", "ray"),
        default="local",
        help="default: %(default)s",
    )
    group.add_argument("--address", help="of the Ray cluster, with --executor ray")
    group.add_argument(
        "--log-json", action="store_true", help="progress as lines of JSON on stderr"
    )


def _add_limits(group: argparse._ArgumentGroup, defaults: Settings) -> None:
    group.add_argument(
        "--timeout", type=_positive, default=defaults.seconds_per_page, metavar="SECONDS",
        help="that a document may take for each of its pages (default: %(default)g)",
    )  # fmt: skip
    for option, default, what in (
        ("--max-memory", defaults.max_memory_mb, "MB, of each process"),
        ("--max-pages", defaults.max_pages, "of a document"),
        ("--max-bytes", defaults.max_bytes, "of a file"),
    ):
        group.add_argument(
            option, type=_count, default=default, metavar="N", help=f"{what} (default: %(default)s)"
        )


def _readers(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))
    unknown = [n for n in names if n not in READERS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"choose from {', '.join(READERS)}")
    return names


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _share(text: str) -> float:
    """``5%`` as 0.05, ``10`` as 10."""
    value = float(text[:-1]) / 100 if text.endswith("%") else float(int(text))
    if value < 0 or (text.endswith("%") and value > 1):
        raise argparse.ArgumentTypeError("a number of documents, or a share up to 100%")
    return min(value, 0.999999) if text.endswith("%") else value


def _settings(args: argparse.Namespace) -> Settings:
    return Settings(
        readers=args.readers,
        max_wrong_per_10000=args.max_wrong,
        searchable_pdf=args.searchable_pdf,
        pages_as_filing=args.pages_as_filing,
        max_bytes=args.max_bytes,
        max_pages=args.max_pages,
        seconds_per_page=args.timeout,
        max_memory_mb=args.max_memory,
    )


def _run(words: list[str], make_work: Callable[..., Work] | None) -> int:
    args = parser().parse_args(words)
    from ocr_form4.run.batch import Options, Request, run
    from ocr_form4.run.progress import make_progress
    from ocr_form4.run.worker import make_work as real_work
    from ocr_form4.versions import software

    settings = _settings(args)
    versions = software(settings)
    options = Options(args.out, args.on_existing, args.max_failures, args.draws, args.alto)
    if args.address and args.executor != "ray":
        raise UsageError("--address is of a Ray cluster; add --executor ray")
    with (
        _interruptible() as stopped,
        _standard_input(args.scans, settings.max_bytes) as scans,
        make_progress(sys.stderr, as_json=args.log_json) as progress,
    ):
        summary = run(
            Request(scans, options, settings, versions),
            partial(make_work or real_work, settings, versions),
            _executor(args.executor, args.jobs, args.address),
            progress.tell,
            stopped,
        )
        progress.end(summary, args.out)
    if args.json:
        for filing in summary.filings:
            _print(json.dumps(_line(filing), ensure_ascii=False))
    return status(summary, strict=args.strict)


def status(summary: Summary, strict: bool) -> int:
    """The gravest that applies."""
    if summary.stopped:
        return Interrupted.exit_code
    if summary.failures or summary.damaged:
        return 3
    return 1 if strict and summary.to_review else 0


def _line(filing: Any) -> dict[str, Any]:
    return {name: getattr(filing, name) for name in filing.__slots__}


def _executor(name: str, jobs: int, address: str | None) -> Execute:
    if name == "inprocess":
        from ocr_form4.run.executors.inprocess import execute_inprocess

        return execute_inprocess
    if name == "ray":
        from ocr_form4.run.executors.ray_cluster import execute_ray

        return partial(execute_ray, jobs=jobs, address=address)
    from ocr_form4.run.executors.local import execute_local

    return partial(execute_local, jobs=jobs)


@contextlib.contextmanager
def _standard_input(scans: list[str], max_bytes: int) -> Iterator[list[str]]:
    """The scans, with ``-`` as a file that holds what comes in, for as long as the run goes on.
    Raises UsageError.
    """
    if "-" not in scans:
        yield scans
        return
    if scans.count("-") > 1 or sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "-: is one document on standard input; write it there, as in: ocr-form4 - < scan.pdf"
        )
    with tempfile.TemporaryDirectory(prefix="ocr-form4-") as folder:
        path = Path(folder, "stdin")
        with path.open("wb") as file:
            size = 0  # one byte beyond the limit is enough for the document to be refused
            while size <= max_bytes and (block := sys.stdin.buffer.read(1 << 20)):
                size += file.write(block)
        yield [str(path) if scan == "-" else scan for scan in scans]


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Gives "was the run asked to stop?". The first SIGINT or SIGTERM asks, the second ends it at
    once.
    """
    asked: list[int] = []

    def handle(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        _say("ocr-form4: stopping; finishing what is in hand, interrupt again to drop it")

    before = {s: signal.signal(s, handle) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
