"""Make a study corpus: real filings printed in every edition and scanned in every way, with their
truth.

    python scripts/make_study.py --filings DIR --out DIR --count 60 --seed 1 --role
    learn|calibrate|judge|look
        [--kinds fax204,aug-stains] [--editions x05,ir] [--small] [--misfigured] [--any-setting]

A study has a role (``formprint/hands.py``): one to learn from is of filings that may be learned
from, scanned in the project's kinds and by the hands to learn from; one that judges is of the
filings set aside, by the hands that only judge; one to calibrate by is of filings that may be
learned from, by both. ``--kinds`` names some of them. Without a role any filing and kind is taken,
less ``--exclude TRUTH_DIR``. The same seed, filings and fonts give the same corpus. OUT holds
scan/, truth/ and index.tsv (name, edition, kind of scan or hand, pages). Hands need ``pip install
-e '.[study]'``, fax lines a C compiler, libspandsp-dev and libtiff-dev as well.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose
from formprint.chromium import printer
from formprint.documents import EDITIONS, make_document, write_document, write_truths
from formprint.hands import HANDS, Role, of_role
from formprint.kinds import KINDS
from formprint.misfigured import misfigured
from formprint.settings import any_setting

CALIBRATE = "calibrate"
"""A study's role beside those of hands: the confidence is fitted over the hands that judge, too, on
other filings.
"""
FORM_4_EDITIONS = "x05,x03,ir,sec1474,old1996"
"""Those of which most filings are; ``--editions x06,x01,printer,ascii`` prints the others."""


def main() -> int:
    arguments = _arguments()
    role = arguments.role
    allowed = kinds_of(role)
    kinds = arguments.kinds.split(",") if arguments.kinds else list(allowed if role else KINDS)
    editions = arguments.editions.split(",")
    if unknown := [k for k in kinds if k not in allowed] + [
        e for e in editions if e not in EDITIONS
    ]:
        known = f"kinds: {', '.join(allowed)}; editions: {', '.join(EDITIONS)}"
        print(f"unknown, or of another role: {', '.join(unknown)}; {known}", file=sys.stderr)
        return 2
    excluded = choose.identities(arguments.exclude) if arguments.exclude else set()
    filings = pool_for(role, arguments.filings, excluded)
    if arguments.small:
        filings = [(p, f) for p, f in filings if choose.fits(f, "4", "gray600")]
    order = np.random.default_rng(arguments.seed).permutation(len(filings))
    used: set[Path] = set()
    index = []
    with printer() as browser:
        for number in range(arguments.count):
            name = f"{arguments.prefix}{number:03d}"
            kind, edition = _plan(number, kinds, editions)
            rng = np.random.default_rng([arguments.seed, number])
            candidates = [
                filings[i] for i in order if choose.fits(filings[i][1], EDITIONS[edition][1], kind)
            ]
            if not candidates:
                print(f"{name}: no filing fits {edition} {kind}", file=sys.stderr)
                continue
            fresh = [c for c in candidates if c[0] not in used] or candidates
            chosen = fresh[: 2 if kind == "two" else 1]
            used |= {path for path, _ in chosen}
            printed = [filing for _, filing in chosen]
            if arguments.misfigured:
                printed = [misfigured(filing, rng) for filing in printed]
            setting = any_setting(rng) if arguments.any_setting else ""
            document = make_document(printed, edition, kind, browser, rng, setting=setting)
            write_document(
                document, arguments.out / "scan" / f"{name}{'.tif' if kind == 'tiff' else '.pdf'}"
            )
            for entry in write_truths(document, name, arguments.out / "truth"):
                index.append(f"{entry}\t{edition}\t{kind}\t{len(document.pages)}\n")
            print(
                f"{name} {edition} {kind} {len(document.pages)} pages: {chosen[0][0].name}",
                file=sys.stderr,
            )
            (arguments.out / "index.tsv").write_text("".join(index))
    return 0


def kinds_of(role: str | None) -> list[str]:
    """The kinds of scan and the hands that a study of a role may have; the project's own kinds are
    learned from.
    """
    if role is None:
        return [*KINDS, *HANDS]
    if role == CALIBRATE:
        return [*KINDS, *of_role(Role.LEARN), *of_role(Role.JUDGE)]
    return [*(KINDS if role == Role.LEARN.value else ()), *of_role(Role(role))]


def pool_for(
    role: str | None, folder: Path, excluded: set[choose.Identity]
) -> list[tuple[Path, Element]]:
    """The filings of a role: what is learned from never judges."""
    if role is None:
        return choose.pool(folder, excluded)
    chosen = (
        choose.to_learn_from(folder)
        if role in (Role.LEARN.value, CALIBRATE)
        else choose.to_judge_by(folder)
    )
    return [(path, filing) for path, filing in chosen if choose.identity(filing) not in excluded]


def _plan(number: int, kinds: list[str], editions: list[str]) -> tuple[str, str]:
    """Every kind in turn; the edition moves on by one more with each round, so that all pairs come
    up.
    """
    edition = editions[
        (number + number // len(kinds) * (len(kinds) % len(editions) == 0)) % len(editions)
    ]
    return kinds[number % len(kinds)], edition


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--filings", type=Path, required=True, help="folder of real filings as XML")
    parser.add_argument("--exclude", type=Path, help="folder of XML whose filings are left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="s", help="first letters of the names")
    parser.add_argument(
        "--role",
        choices=[*(r.value for r in Role), CALIBRATE],
        help="which filings, kinds and hands are taken",
    )
    parser.add_argument(
        "--small", action="store_true", help="only filings of few rows: few pages each"
    )
    parser.add_argument(
        "--kinds", help="kinds of scan and hands, separated by commas; the role's, if not given"
    )
    parser.add_argument(
        "--misfigured",
        action="store_true",
        help="half of the figures are changed, so that nothing adds up",
    )
    parser.add_argument(
        "--any-setting",
        action="store_true",
        help="typeface, spacing, borders and paper are set as no edition has them",
    )
    parser.add_argument("--editions", default=FORM_4_EDITIONS, help="editions, separated by commas")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
