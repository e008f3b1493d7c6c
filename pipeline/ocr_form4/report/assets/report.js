/* The report: the run's front page, and each filing when it is opened. */

const run = JSON.parse(document.getElementById("run").textContent);
const main = document.getElementById("main");
const filter = { status: "", confidence: "", edition: "", check: "", text: "", sort: "lowest", down: false, all: false };
const loaded = new Map();
let front = null, shown = [], cursor = -1, filing = null;

/* ---- front page ---- */

function frontPage() {
  const total = (key) => run.filings.reduce((sum, f) => sum + f[key], 0);
  const fields = total("fields"), review = total("review"), corrected = total("corrected");
  const lowest = Math.min(1, ...run.filings.map((f) => f.lowest));
  const figure = (number, word, tone) => h("div", { class: `figure ${tone || ""}` }, h("dt", {}, word), h("dd", {}, number));
  return h("div", { class: "front" },
    h("header", { class: "masthead" }, h("p", { class: "kicker" }, "Confidence audit"), h("h1", {}, run.title), h("p", { class: "lead" }, lead(fields, review)), controls()),
    h("dl", { class: "figures" }, figure(run.filings.length.toLocaleString("en-US"), "filings"), figure(fields.toLocaleString("en-US"), "fields read"),
      figure((fields - review - corrected).toLocaleString("en-US"), "accepted", "sure"), figure(review.toLocaleString("en-US"), "for review", review ? "doubt" : ""),
      figure(corrected.toLocaleString("en-US"), "decided by a person", corrected ? "corrected" : ""), figure(run.filings.length ? percent(lowest) : "–", "lowest confidence")),
    failures(), worst(),
    h("section", { id: "filings" }, h("h2", {}, "Filings"), filters(), h("div", { id: "list" })),
    confidence(), checks(), times());
}

function lead(fields, review) {
  if (!run.filings.length) return run.failures.length ? "No filing could be read." : "There are no filings here yet.";
  const failed = run.failures.length + run.unreadable.length;
  const doubt = review ? `${plural(review, "field")} of ${fields.toLocaleString("en-US")} ${review === 1 ? "waits" : "wait"} for a person` : `None of ${fields.toLocaleString("en-US")} fields waits for a person`;
  const partial = run.filings.filter((f) => f.status === "partial").length;
  return `${doubt}. ${partial ? `${plural(partial, "filing")} could be read only in part. ` : ""}${failed ? `${plural(failed, "document")} could not be read.` : ""}`;
}

function controls() {
  return h("p", { class: "controls" }, h("button", { class: "tool", onclick: theme, title: "Light or dark (t)" }, "◐ light or dark"), h("button", { class: "tool", onclick: help }, "? keys"));
}

function failures() {
  const all = [...run.failures.map((f) => [f.document, f.reason]), ...run.unreadable.map((f) => [f.name, f.reason])];
  if (!all.length) return null;
  return h("section", { id: "failures" }, h("h2", {}, "Could not be read"), h("ul", { class: "failures" }, all.map(([name, reason]) => h("li", {}, h("b", {}, name), h("span", {}, reason.startsWith(name) ? reason.slice(name.length).replace(/^:\s*/, "") : reason)))));
}

function worst(count = 8) {
  if (!run.worst.length) return null;
  const rows = (n) => run.worst.slice(0, n).map((w) => h("tr", {}, h("td", {}, h("a", { href: link(w.name, w.path) }, w.name)), h("td", {}, fullLabel(w.path)), h("td", { class: "value" }, clip(printed(w.path, w.value), 60) || "not read"), h("td", { class: "number" }, h("span", { class: `pill ${level({ ...w, status: "review" })}` }, percent(w.confidence))), h("td", { class: "muted" }, w.reason)));
  const body = h("tbody", {}, rows(count));
  const more = run.worst.length > count ? h("button", { class: "more", onclick: () => { body.replaceChildren(...rows(Infinity)); more.remove(); } }, `Show all ${run.worst.length.toLocaleString("en-US")}${run.doubtful > run.worst.length ? ` of the worst (there are ${run.doubtful.toLocaleString("en-US")}; each filing lists its own)` : ""}`) : null;
  const heads = ["Filing", "Field", "Read as", "Confidence", "Why"];
  return h("section", { id: "worst" }, h("h2", {}, "Look here first"), h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Most doubtful fields" },
    h("table", { class: "lines" }, h("thead", {}, h("tr", {}, heads.map((t) => h("th", { scope: "col", class: t === "Confidence" ? "number" : "" }, t)))), body)), more,
  h("p", { class: "hint" }, "To decide them one by one: ", h("code", {}, `ocr-form4 review ${run.title}`)));
}
const clip = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);
const link = (name, path) => "#/" + encodeURIComponent(name) + (path ? "?" + encodeURIComponent(path) : "");

function confidence() {
  if (!run.filings.length) return null;
  const { source, points } = run.reliability;
  const words = { corrections: "Points: what people decided in this run. Only fields that were looked at count, so the doubtful end is over-represented.", calibration: "Points: the calibration’s held-out filings. They give way to this run’s own as soon as fields are decided in review.", "": "No points yet: they appear as fields are decided in review. The line is what the confidences promise." };
  return h("section", { id: "confidence" }, h("h2", {}, "Confidence"), h("div", { class: "two" },
    h("figure", {}, h("figcaption", {}, h("b", {}, "How sure the fields are"), h("span", { class: "legend" }, ["accepted", "review", "corrected"].map((k) => h("span", {}, h("i", { class: `swatch ${k}` }), STATUS_WORD[k])))), histogram(run.bins)),
    h("figure", {}, h("figcaption", {}, h("b", {}, "Is the confidence true?"), h("span", { class: "muted" }, words[source])), reliabilityPlot(points))));
}

function checks() {
  if (!run.checks.length) return null;
  const heads = ["Check", "Holds", "A reading is doubtful", "As filed", "Cannot be told", "Breaks in"];
  return h("section", { id: "checks" }, h("h2", {}, "Checks"), h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Checks" },
    h("table", { class: "lines" }, h("thead", {}, h("tr", {}, heads.map((t, i) => h("th", { scope: "col", class: i && i < 5 ? "number" : "" }, t)))), h("tbody", {}, run.checks.map((c) => h("tr", {}, h("td", {}, checkName(c.name)), ["holds", "suspect", "asFiled", "unverifiable"].map((k) => h("td", { class: `number ${c[k] ? k : "none"}` }, c[k].toLocaleString("en-US"))),
      h("td", {}, c.filings.slice(0, 3).map((n, i) => [i ? ", " : "", h("a", { href: link(n) }, n)]), c.filings.length > 3 ? [" ", h("button", { class: "link", onclick: () => showBroken(c.name) }, `and ${c.filings.length - 3} more`)] : null)))))));
}

function showBroken(check) {
  Object.assign(filter, { check, status: "", edition: "", confidence: "", text: "" });
  document.getElementById("filings").replaceChildren(h("h2", {}, "Filings"), filters(), h("div", { id: "list" }));
  list();
  document.getElementById("filings").scrollIntoView();
}

function times() {
  const seconds = run.filings.map((f) => f.seconds).filter((v) => v !== null);
  return seconds.length ? h("section", { id: "time" }, h("h2", {}, "Time for each document"), timeStrip(seconds)) : null;
}

/* ---- the list of filings ---- */

const STATES = { review: ["with fields for review", (f) => f.review > 0], clear: ["nothing for review", (f) => !f.review], corrected: ["decided by a person", (f) => f.corrected > 0], partial: ["read in part", (f) => f.status === "partial"], breaks: ["a check breaks", (f) => f.breaks.length > 0] };

function filters() {
  const pick = (key, name, options) => h("label", {}, h("span", {}, name), h("select", { id: `filter-${key}`, onchange: (e) => { filter[key] = e.target.value; list(); } },
    h("option", { value: "" }, "any"), options.map(([value, text]) => h("option", { value, selected: filter[key] === value }, text))));
  const editions = [...new Set(run.filings.map((f) => f.edition))].sort().map((e) => [e, editionName(e)]);
  return h("form", { class: "filters", onsubmit: (e) => e.preventDefault() },
    h("label", { class: "grow" }, h("span", {}, "Find"), h("input", { id: "filter-text", type: "search", placeholder: "name, issuer, owner", value: filter.text, oninput: (e) => { filter.text = e.target.value; list(); } })),
    pick("status", "Status", Object.entries(STATES).map(([k, [text]]) => [k, text])), pick("confidence", "Lowest confidence", [["0.5", "below 50 %"], ["0.9", "below 90 %"], ["0.99", "below 99 %"]]),
    pick("edition", "Edition", editions), pick("check", "Check that breaks", run.checks.filter((c) => c.filings.length).map((c) => [c.name, checkName(c.name)])));
}

const COLUMNS = [["name", "Filing"], ["issuer", "Issuer"], ["owner", "Reporting person"], ["period", "Date"], ["edition", "Edition"], ["pages", "Pages", 1], ["fields", "Fields", 1], ["review", "For review", 1], ["breaks", "Breaks", 1], ["lowest", "Lowest", 1]];

function chosenFilings() {
  const text = filter.text.toLowerCase();
  const found = run.filings.filter((f) => (!filter.status || STATES[filter.status][1](f)) && (!filter.edition || f.edition === filter.edition) && (!filter.check || f.breaks.includes(filter.check))
    && (!filter.confidence || f.lowest < +filter.confidence) && (!text || [f.name, f.issuer, f.symbol, f.owner].some((v) => v.toLowerCase().includes(text))));
  const key = (f) => (filter.sort === "breaks" ? f.breaks.length : f[filter.sort]);
  const compare = (a, b) => { const x = key(a), y = key(b); return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * (filter.down ? -1 : 1); };
  return found.sort((a, b) => compare(a, b) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

function list() {
  const place = front.querySelector("#list");
  shown = chosenFilings();
  cursor = -1;
  const heads = COLUMNS.map(([key, text, number]) => h("th", { scope: "col", class: number ? "number" : "", "aria-sort": filter.sort === key ? (filter.down ? "descending" : "ascending") : null },
    h("button", { class: "sort", onclick: () => { filter.down = filter.sort === key ? !filter.down : ["review", "breaks", "fields", "pages"].includes(key); filter.sort = key; list(); } }, text, filter.sort === key ? (filter.down ? " ↓" : " ↑") : "")));
  const visible = filter.all ? shown : shown.slice(0, 100);
  place.replaceChildren(h("p", { class: "muted", role: "status" }, shown.length === run.filings.length ? plural(shown.length, "filing") : `${shown.length} of ${plural(run.filings.length, "filing")}`),
    h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Filings" }, h("table", { class: "lines filings" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, visible.map(filingLine)))),
    visible.length < shown.length ? h("button", { class: "more", onclick: () => { filter.all = true; list(); } }, `Show all ${shown.length.toLocaleString("en-US")}`) : "");
}

function filingLine(f) {
  return h("tr", {}, h("td", {}, h("a", { href: link(f.name) }, f.name)), h("td", {}, f.issuer || h("span", { class: "muted" }, "not read"), f.symbol ? h("span", { class: "muted" }, ` ${f.symbol}`) : null), h("td", {}, f.owner), h("td", {}, printed("", f.period)), h("td", { class: "muted" }, editionName(f.edition), f.status === "partial" ? h("b", { class: "partial" }, " in part") : null),
    h("td", { class: "number" }, f.pages), h("td", { class: "number" }, f.fields), h("td", { class: "number" }, f.review || h("span", { class: "none" }, "0"), f.corrected ? h("span", { class: "muted" }, ` ✎${f.corrected}`) : null), h("td", { class: "number" }, f.breaks.length ? h("span", { title: f.breaks.map(checkName).join(", ") }, f.breaks.length, f.suspect ? " ✗" : "") : h("span", { class: "none" }, "0")), h("td", { class: "number" }, h("span", { class: `pill ${level({ confidence: f.lowest })}` }, percent(f.lowest))));
}

function moveCursor(step) {
  const rows = front.querySelectorAll("#list tbody tr");
  if (!rows.length) return;
  cursor = Math.max(0, Math.min(rows.length - 1, cursor + step));
  const anchor = rows[cursor].querySelector("a");
  anchor.focus();
  anchor.scrollIntoView({ block: "nearest" });
}

keyList = [["j k", "next, previous filing"], ["Enter", "open the filing"], ["/", "find a filing"], ["n p", "next, previous doubtful field"], ["+ −", "page larger, smaller"], ["Esc", "close the field"], ["u", "back to all filings"], ["t", "light or dark"], ["?", "this list"]];
