"""Write the list of filings that nothing is ever trained or fitted on, so that studies can judge by
them.

    python scripts/set_aside.py FILINGS TRUTH

FILINGS is the folder of real filings from which everything is printed, TRUTH the truth of a corpus
that judges. Set aside are every fifth issuer of FILINGS (by CIK, in order) and every filing of
TRUTH (issuer, first owner, day of signature). The list is ``formprint/set_aside.json``;
``formprint.choose`` reads it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose
from formprint.filing_xml import load


def main() -> int:
    filings, truth = (Path(a) for a in sys.argv[1:])
    issuers = sorted({choose.identity(load(path))[0] for path in filings.glob("*.xml")}, key=int)
    listed = {"issuers": issuers[::5], "filings": sorted(choose.identities(truth))}
    choose.SET_ASIDE.write_text(json.dumps(listed, indent=0) + "\n")
    print(f"{len(listed['issuers'])} of {len(issuers)} issuers, {len(listed['filings'])} filings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
