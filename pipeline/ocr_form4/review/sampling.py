"""``ocr-form4 sample``: a random sample of the accepted fields, looked at by a person, and what it
proves.

The bound is Clopper and Pearson's (1934), one-sided: the share of wrong fields for which so few
errors in the sample, or fewer, have a chance of 5 %. It holds whatever the calibration is worth.
The size of the run is not taken into account, which makes the bound a little too large, never too
small.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ocr_form4.errors import UsageError
from ocr_form4.formats.evidence_json import kind_of
from ocr_form4.out.addresses import shown
from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Decision
from ocr_form4.out.place import reading, writing
from ocr_form4.review.agreement import Place, agreements, place_of
from ocr_form4_models.field import Kind

SAMPLE, CERTIFICATE = "sample.json", "certificate"
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sampled field: where it is, what the software read, and its scan."""

    name: str
    path: str
    value: str | None
    sha256: str
    first_page: int

    @property
    def place(self) -> Place:
        return self.sha256, self.first_page, self.path


@dataclass(frozen=True, slots=True)
class Sample:
    """How it was drawn and from what. ``population`` counts the accepted fields by kind; ``digest``
    is the SHA-256 over the names and hashes of all filings, ``hashes`` those of the sampled ones'
    JSON when it was drawn.
    """

    n: int
    seed: int
    only: tuple[str, ...]
    population: Mapping[str, int]
    filings: int
    software: Mapping[str, str]
    digest: str
    hashes: Mapping[str, str]
    fields: tuple[Drawn, ...]


def draw_sample(
    out: Path, n: int, seed: int, only: Sequence[str], kinds: frozenset[Kind], told: str
) -> Sample:
    """``n`` of the accepted fields of ``kinds`` (empty: all), each as likely as another; all where
    there are fewer.

    Derived fields, which are not printed, are no part of it; a field that a person has decided is,
    if the software had accepted it. Raises UsageError where there is nothing to draw from.
    """
    every: list[Drawn] = []
    hashes: dict[str, str] = {}
    software: dict[str, str] = {}
    for name in filing_names(out):
        data = (out / "filings" / f"{name}.json").read_bytes()
        try:
            found = json.loads(data)
            fields, source = found["fields"], found["source"]["sha256"]
            first = min((p["number"] for p in found["pages"]), default=1)
        except (ValueError, LookupError, TypeError):
            continue  # a damaged file is the run's to tell of
        hashes[name] = hashlib.sha256(data).hexdigest()
        software = software or found["software"]
        for f in fields:
            seen = f.get("machine") or f
            if (
                seen["status"] == "accepted"
                and not f["derived"]
                and (not kinds or kind_of(f["path"]) in kinds)
            ):
                every.append(Drawn(name, f["path"], seen["value"], source, first))
    if not every:
        raise UsageError(f"{told}: no accepted fields of these kinds there")
    drawn = random.Random(seed).sample(every, min(n, len(every)))
    digest = hashlib.sha256(
        "\n".join(f"{n} {h}" for n, h in sorted(hashes.items())).encode()
    ).hexdigest()
    population = Counter(str(kind_of(d.path)) for d in every)
    names = sorted({d.name for d in drawn})
    return Sample(
        len(drawn), seed, tuple(only), dict(sorted(population.items())), len(hashes), software,
        digest,
        {name: hashes[name] for name in names}, tuple(drawn),
    )  # fmt: skip


def sample_of(
    out: Path, n: int, seed: int, only: Sequence[str], kinds: frozenset[Kind], told: str = ""
) -> Sample:
    """The sample that was drawn before with these numbers, or a new one, kept in ``sample.json``.

    ``told`` is OUT's name where the folder only stands for it. Raises UsageError where the software
    reads some of its fields otherwise since.
    """
    file, told = out / SAMPLE, told or str(out)
    if file.is_file():
        try:
            sample = _read(json.loads(file.read_bytes()))
        except (ValueError, LookupError, TypeError):
            raise UsageError(f"{told}/{SAMPLE}: is no sample of ours; move it away") from None
        asked = min(n, sum(sample.population.values()))
        if (sample.n, sample.seed, sample.only) == (
            asked,
            sample.seed if seed < 0 else seed,
            tuple(only),
        ):
            _check_unchanged(out, sample, told)
            return sample
    sample = draw_sample(out, n, max(seed, 0), only, kinds, told)
    write_file(file, (json.dumps(_plain(sample), ensure_ascii=False, indent=1) + "\n").encode())
    return sample


def _plain(sample: Sample) -> dict[str, Any]:
    fields = [{s: getattr(d, s) for s in d.__slots__} for d in sample.fields]
    return {s: getattr(sample, s) for s in sample.__slots__} | {"fields": fields}


def _read(found: Mapping[str, Any]) -> Sample:
    return Sample(
        **{
            **found,
            "only": tuple(found["only"]),
            "fields": tuple(Drawn(**f) for f in found["fields"]),
        }
    )


def _check_unchanged(out: Path, sample: Sample, told: str) -> None:
    now: dict[str, dict[str, Any]] = {}
    for drawn in sample.fields:
        if drawn.name not in now:
            try:
                found = json.loads((out / "filings" / f"{drawn.name}.json").read_bytes())
            except (OSError, ValueError):
                found = {"fields": []}
            now[drawn.name] = {f["path"]: (f.get("machine") or f)["value"] for f in found["fields"]}
        if now[drawn.name].get(drawn.path, object()) != drawn.value:
            raise UsageError(
                f"{told}/{SAMPLE}: {drawn.name} reads otherwise since the sample was drawn; "
                f"draw another one, as with --seed {sample.seed + 1}"
            )


def at_most(wrong: int, n: int, level: float = LEVEL) -> float:
    """The share of wrong ones that ``wrong`` of ``n`` rule out to be exceeded, with the given
    confidence.
    """
    from scipy.stats import beta

    return 1.0 if wrong >= n else float(beta.ppf(level, wrong + 1, n - wrong))


def certificate(sample: Sample, decisions: Iterable[Decision]) -> dict[str, Any]:
    """What was found so far. ``complete`` where every sampled field was looked at; only then is it
    a certificate.

    A field that any person decided to something else than what the software had read is wrong.
    """
    places = {d.place: d for d in sample.fields}
    mine = [d for d in decisions if place_of(d) in places]
    by_place: dict[Place, list[Decision]] = {}
    for decision in mine:
        by_place.setdefault(place_of(decision), []).append(decision)
    last = {p: {d.correction.who: d.correction for d in ds}.values() for p, ds in by_place.items()}
    wrong = {p for p, cs in last.items() if any(c.value != places[p].value for c in cs)}
    kinds: dict[str, list[Drawn]] = {}
    for drawn in sample.fields:
        if drawn.place in by_place:
            kinds.setdefault(str(kind_of(drawn.path)), []).append(drawn)
    times = [d.correction.at for d in mine]
    looked = sum(map(len, kinds.values()))
    of_all = _bound(len(wrong), looked)
    complete = looked == sample.n
    statement = (
        f"Wrong among the accepted fields of this run: at most {of_all['at_most']:.2%}, with "
        f"{LEVEL:.0%} confidence "
        f"({len(wrong)} of {looked} sampled fields were wrong)."
        if complete
        else f"Not complete: {looked} of {sample.n} sampled fields were looked at."
    )
    return {
        "schema": "ocr-form4-certificate/1",
        "complete": complete,
        "statement": statement,
        "confidence_level": LEVEL,
        "method": "simple random sample without replacement; one-sided Clopper-Pearson bound",
        "all": of_all,
        "kinds": {
            kind: {"population": sample.population[kind]} | _bound(sum(d.place in wrong for d in some), len(some))
            for kind, some in sorted(kinds.items())
        },
        "wrong": [
            {"filing": places[p].name, "path": p[2], "read": places[p].value,
             "decided": [c.value for c in last[p]]}
            for p in sorted(wrong)
        ],
        "looked_at_by": sorted({d.correction.who for d in mine}),
        "looked_at": [min(times, default=""), max(times, default="")],
        "agreement": [
            {"who": list(a.who), "fields": a.fields, "agreed": a.agreed,
             "kappa": a.kappa} for a in agreements(mine)
        ],
        "sample": {
            "n": sample.n, "seed": sample.seed, "only": list(sample.only),
            "drawn_from": dict(sample.population),
        },
        "run": {
            "filings": sample.filings, "sha256": sample.digest, "software": dict(sample.software),
            "sampled_filings": dict(sample.hashes),
        },
    }  # fmt: skip


def _bound(wrong: int, n: int) -> dict[str, Any]:
    return {"looked_at": n, "wrong": wrong, "at_most": round(at_most(wrong, n), 6) if n else 1.0}


def certify(
    out: Path | str, sample: Callable[[Path, str], Sample], say: Callable[[str], None]
) -> tuple[Sample, dict[str, Any]]:
    """The sample of an OUT, here or elsewhere, what was found of it so far, and the certificate
    once that is complete.

    ``sample`` gives it from OUT's folder and name. Raises UsageError where OUT has no filings,
    OutputLocked while a run is writing to it, OutputError where it cannot be read or written.
    """
    with reading(out) as folder:
        if not (folder / "filings").is_dir():
            raise UsageError(
                f"{shown(out)}: no filings there; give the folder that a run wrote with -o"
            )
    with writing(out, say) as place:
        drawn = sample(place.folder, shown(out))
        found = write_certificate(place.folder, drawn)
        place.done()
    return drawn, found


def write_certificate(out: Path, sample: Sample) -> dict[str, Any]:
    """``certificate.json`` and ``.html``, once every sampled field was looked at; returns what was
    found so far.
    """
    with open_ledger(out) as ledger:
        found = certificate(sample, ledger.decisions())
    if found["complete"]:
        write_file(
            out / f"{CERTIFICATE}.json",
            (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode(),
        )
        write_file(
            out / f"{CERTIFICATE}.html", certificate_html(found, out.resolve().name).encode()
        )
    return found


_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:46rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere;font-size:.85em}
.big{font-size:1.25rem}div{overflow-x:auto}
"""


def certificate_html(found: Mapping[str, Any], title: str) -> str:
    """The certificate as one page that loads nothing."""
    rows = [("all", sum(found["sample"]["drawn_from"].values()), found["all"])]
    rows += [(kind, k["population"], k) for kind, k in found["kinds"].items()]
    lines = "".join(
        f"<tr><td>{escape(kind)}</td><td class=n>{size:,}</td><td class=n>{k['looked_at']:,}</td>"
        f"<td class=n>{k['wrong']:,}</td><td class=n>{k['at_most']:.2%}</td></tr>"
        for kind, size, k in rows
    )
    wrong = "".join(
        f"<li><code>{escape(w['filing'])}</code> <code>{escape(w['path'])}</code>: read "
        f"{_quoted(w['read'])}, "
        f"is {', '.join(_quoted(v) for v in w['decided'])}</li>"
        for w in found["wrong"]
    )
    agreement = "".join(
        f"<p>{escape(a['who'][0])} and {escape(a['who'][1])} decided {a['agreed']} of "
        f"{a['fields']} fields alike.</p>"
        for a in found["agreement"]
    )
    who = ", ".join(escape(w) for w in found["looked_at_by"])
    only = ", ".join(found["sample"]["only"]) or "every kind"
    software = ", ".join(f"{escape(k)} {escape(v)}" for k, v in found["run"]["software"].items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Certificate of {escape(title)}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head><body><main>
<h1>Certificate of {escape(title)}</h1>
<p class="big">{escape(found["statement"])}</p>
<div tabindex="0" role="region" aria-label="By kind of field"><table>
<thead><tr><th>fields</th><th class=n>accepted</th><th class=n>looked at</th><th class=n>wrong</th>
<th class=n>at most</th></tr></thead><tbody>{lines}</tbody></table></div>
<p>Each bound holds alone with {found["confidence_level"]:.0%} confidence. Method: {escape(found["method"])}.
Drawn: {found["sample"]["n"]:,} fields, {escape(only)}, seed {found["sample"]["seed"]}.</p>
{f"<h2>Wrong</h2><ul>{wrong}</ul>" if wrong else ""}
<h2>By whom</h2><p>{who}, from {escape(found["looked_at"][0])} to {escape(found["looked_at"][1])}.</p>{agreement}
<h2>Of what</h2><p>{found["run"]["filings"]:,} filings; SHA-256 over the names and hashes of their evidence:
<code>{escape(found["run"]["sha256"])}</code>. {software}.</p>
</main></body></html>
"""


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else f"“{escape(value)}”"
