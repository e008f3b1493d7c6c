"""Writes the words that are known: ``models/ocr_form4_models/weights/lexicon.txt``.

    python scripts/make_lexicon.py FILINGS [--exclude TRUTH_DIR ...] [--words /usr/share/dict/words]

A word counts when at least three filings use it in footnotes, remarks, titles or natures of
ownership: common language and the language of securities, not the names of single filers. To these
come some words of the trade, those of states, countries and towns, and the words of the language in
small letters (Debian's package wamerican, from SCOWL, http://wordlist.aspell.net, whose terms allow
any use); its names do not: with them three rare names of 133 filings were read as better known ones
("Borgs" for "Borqs"). The lexicon only ever chooses between readings of a word; it never makes one.
Filings that are set aside to judge by, or whose truth stands in a TRUTH_DIR, do not count.
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
TOWNS = """
addison akron alameda albany alexandria aliso allentown alpharetta alto amsterdam anaheim
anchorage andover angeles annapolis antonio arlington armonk atlanta auburn austin aviv
baltimore barbara beaverton bedford beijing bellevue berkeley bethesda bethlehem billerica
billings birmingham bloomington boca boise boston bothell boulder brentwood bridgeport brisbane
bronx brook brookfield brooklyn broomfield buffalo burbank burlingame burlington calabasas
calgary cambridge camden campbell carlsbad carmel cary cedar chandler chantilly charleston
charlotte chattanooga chesterfield chicago cincinnati clara clayton clearwater cleveland
columbia columbus conshohocken coppell coral costa creek culver cupertino dallas danbury darien
davenport dayton dearborn deerfield denver detroit diego doral draper dublin duluth durham eden
edison elkhart emeryville englewood evanston evansville everett exton fairfax foothill foster
framingham francisco franklin fremont frisco gables gaithersburg gatos geneva glendale goleta
greensboro greenville greenwich greenwood hamilton harrisburg hartford haven henderson herndon
hershey herzliya hillsboro hoboken honolulu horsham houston huntsville indianapolis irvine
irving jacksonville jolla jose juan kirkland knoxville lansing lauderdale leawood lehi lenexa
lexington lincoln lincolnshire lisle littleton livermore livonia london louisville madison
malvern manchester manhattan marlborough mateo mclean medina memphis menlo menomonee mesa miami
midland milpitas milwaukee minneapolis minnetonka mobile moines moline monica montreal
morristown naperville naples nashua nashville natick needham newark newport newton norcross
norfolk northbrook norwalk novi oakland oaks omaha orlando oshkosh overland palm palo paramus
paris parsippany pasadena paso peoria petersburg philadelphia phoenix pittsburgh plains plano
plantation pleasanton plymouth portland prairie princeton providence provo prussia queens quincy
racine radnor rahway raleigh ramon rapids raton redmond redwood reno reston richardson richmond
rochester rockville rosemont roswell rye sacramento salem santa sarasota savannah schaumburg
scottsdale seattle segundo shanghai southfield spokane springfield springs stamford sunnyvale
sunrise syracuse tacoma tampa tempe thousand tokyo toledo toronto torrance towson trenton troy
tucson tulsa tysons vancouver vegas viejo vienna vista waltham washington wayne westborough
westerville westlake westminster westport wichita wilmington winston woburn woodlands worcester
worth yonkers york zurich
"""
"""Words of the names of towns in which companies have their seats."""
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
    language = re.findall(r"^[a-z]{2,}$", arguments.words.read_text(), re.MULTILINE)
    places = re.findall(r"[a-z]{3,}", f"{TOWNS} {PLACES.read_text().lower()}")
    filers = {w for w, n in counts.items() if n >= LEAST} | set(OF_THE_TRADE.split())
    words = sorted(filers | set(language) | set(places))
    TARGET.write_text("\n".join(words) + "\n")
    print(f"{len(words)} words in {TARGET.name}")


if __name__ == "__main__":
    main()
