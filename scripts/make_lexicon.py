"""Writes the words that are known: ``models/ocr_form4_models/weights/lexicon.txt``.

    python scripts/make_lexicon.py FILINGS [--exclude TRUTH_DIR ...] [--words /usr/share/dict/words]

A word counts when at least three filings use it in footnotes, remarks, titles or natures of
ownership: common language and the language of securities, not the names of single filers. To these
come some words of the trade, and the words and names of the language (Debian's package wamerican,
from SCOWL, http://wordlist.aspell.net, whose terms allow any use), states, countries and towns. The
lexicon only ever chooses between readings of a word; it never makes one. Filings that are set aside
to judge by, or whose truth stands in a TRUTH_DIR, do not count.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose

LEAST = 3
TEXTS = (
    "footnote",
    "remarks",
    "securityTitle",
    "underlyingSecurityTitle",
    "natureOfOwnership",
    "officerTitle",
)
OF_THE_TRADE = """
tranche tranches nasdaq nyse amex otc edgar ira iras roth sep rrsp psu psus rsu rsus prsu prsus
psa psas sar sars dsu dsus ltip ltips espp esop grat grats ugma utma crt clat fbo dtd ttee llc
llp lp plc inc corp ltd gmbh sarl ceo cfo coo cto cao cmo cio cro
cso clo cpo chro evp svp vp pre vwap tsr eps ebitda roic
annuitant annuitants unitrust settlor settlors grantor grantors issuable cashless reportable
nondiscretionary repurchase repurchases reclassification reinvestment reinvestments earnout
mandatorily antidilution recapitalization unvested securityholder securityholders stockholders
delaware nevada cayman bermuda st jr sr rata pari passu annum
"""
"""What people write who trade and hold securities, whether three of the filings at hand have it
or not.
"""
SEATS = """
norwalk westport darien hoboken parsippany camden paramus rahway waltham bedford billerica
woburn framingham westborough marlborough andover natick needham malvern radnor conshohocken
horsham exton rockville gaithersburg towson reston mclean tysons herndon fairfax alpharetta
norcross clearwater petersburg doral boca raton lauderdale brentwood westerville dearborn
southfield novi carmel naperville schaumburg deerfield northbrook lincolnshire evanston rosemont
moline brookfield menomonee minnetonka moines leawood lenexa plano coppell paso englewood
greenwood littleton broomfield lehi draper bellevue bothell beaverton hillsboro emeryville
alameda pleasanton mateo menlo palo cupertino gatos milpitas burlingame culver irvine costa
aliso viejo westlake calabasas goleta jolla zurich aviv herzliya
"""
"""Towns in which companies have their seats, as far as the list of words lacks them."""
PLACES = Path(__file__).parent.parent / "models" / "ocr_form4_models" / "places.tsv"
TARGET = Path(__file__).parent.parent / "models" / "ocr_form4_models" / "weights" / "lexicon.txt"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filings", type=Path, help="folder of ownership XML files")
    parser.add_argument(
        "--exclude",
        type=Path,
        nargs="+",
        default=[],
        help="folders of truth files: not these filings",
    )
    parser.add_argument(
        "--words", type=Path, default=Path("/usr/share/dict/words"), help="a word a line"
    )
    arguments = parser.parse_args()
    excluded = {one for folder in arguments.exclude for one in choose.identities(folder)}
    counts: Counter[str] = Counter()
    for _, root in choose.to_learn_from(arguments.filings):
        if choose.identity(root) in excluded:
            continue
        text = " ".join("".join(e.itertext()) for tag in TEXTS for e in root.iter(tag))
        counts.update({w.lower() for w in re.findall(r"[A-Za-z]{2,}", text)})
    listed = arguments.words.read_text()
    language = re.findall(r"^[a-z]{2,}$", listed, re.MULTILINE)
    names = re.findall(r"^[A-Z][a-z]{2,}$", listed, re.MULTILINE) + re.findall(
        r"[A-Z]{3,}", PLACES.read_text()
    )
    filers = {w for w, n in counts.items() if n >= LEAST} | set(f"{OF_THE_TRADE} {SEATS}".split())
    words = sorted(filers | set(language) | {name.lower() for name in names})
    TARGET.write_text("\n".join(words) + "\n")
    print(f"{len(words)} words in {TARGET.name}")


if __name__ == "__main__":
    main()
