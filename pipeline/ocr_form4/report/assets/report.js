/* The report: the run's front page, and each filing when it is opened. */

const run = JSON.parse(document.getElementById("run").textContent);
const main = document.getElementById("main");
const filter = {
  status: "",
  confidence: "",
  edition: "",
  check: "",
  text: "",
  sort: "lowest",
  down: false,
  all: false,
};
const loaded = new Map();
let front = null,
  shown = [],
  cursor = -1,
  filing = null;

/* ---- front page ---- */

function frontPage() {
  const total = (key) => run.filings.reduce((sum, f) => sum + f[key], 0);
  const fields = total("fields"),
    review = total("review"),
    corrected = total("corrected");
  const lowest = Math.min(1, ...run.filings.map((f) => f.lowest));
  const figure = (number, word, tone) =>
    h("div", { class: `figure ${tone || ""}` }, h("dt", {}, word), h("dd", {}, number));
  return h(
    "div",
    { class: "front" },
    h(
      "header",
      { class: "masthead" },
      h("p", { class: "kicker" }, "Confidence audit"),
      h("h1", {}, run.title),
      h("p", { class: "lead" }, lead(fields, review)),
      controls(),
    ),
    h(
      "dl",
      { class: "figures" },
      figure(run.filings.length.toLocaleString("en-US"), "filings"),
      figure(fields.toLocaleString("en-US"), "fields read"),
      figure((fields - review - corrected).toLocaleString("en-US"), "accepted", "sure"),
      figure(review.toLocaleString("en-US"), "for review", review ? "doubt" : ""),
      figure(corrected.toLocaleString("en-US"), "decided by a person", corrected ? "corrected" : ""),
      figure(run.filings.length ? percent(lowest) : "–", "lowest confidence"),
    ),
    failures(),
    worst(),
    h("section", { id: "filings" }, h("h2", {}, "Filings"), filters(), h("div", { id: "list" })),
    confidence(),
    checks(),
    balances(),
    times(),
  );
}

function lead(fields, review) {
  if (!run.filings.length) return run.failures.length ? "No filing could be read." : "There are no filings here yet.";
  const failed = run.failures.length + run.unreadable.length;
  const doubt = review
    ? `${plural(review, "field")} of ${fields.toLocaleString("en-US")} ${review === 1 ? "waits" : "wait"} for a person`
    : `None of ${fields.toLocaleString("en-US")} fields waits for a person`;
  const partial = run.filings.filter((f) => f.status === "partial").length;
  return `${doubt}. ${partial ? `${plural(partial, "filing")} could be read only in part. ` : ""}${failed ? `${plural(failed, "document")} could not be read.` : ""}`;
}

function controls() {
  return h(
    "p",
    { class: "controls" },
    h("button", { class: "tool", onclick: theme, title: "Light or dark (t)" }, "◐ light or dark"),
    h("button", { class: "tool", onclick: help }, "? keys"),
  );
}

function failures() {
  const all = [...run.failures.map((f) => [f.document, f.reason]), ...run.unreadable.map((f) => [f.name, f.reason])];
  if (!all.length) return null;
  return h(
    "section",
    { id: "failures" },
    h("h2", {}, "Could not be read"),
    h(
      "ul",
      { class: "failures" },
      all.map(([name, reason]) =>
        h(
          "li",
          {},
          h("b", {}, name),
          h("span", {}, reason.startsWith(name) ? reason.slice(name.length).replace(/^:\s*/, "") : reason),
        ),
      ),
    ),
  );
}

/* What is doubted in one row for one reason is one place to look at; the least sure of its fields stands for all. */
function places(fields) {
  const found = new Map();
  for (const field of fields) {
    const row = rowOf(field.path);
    const key = JSON.stringify([field.name, row ? row.row : field.path, field.reason]);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(field);
  }
  return [...found.values()];
}

function worst(count = 8) {
  if (!run.worst.length) return null;
  const all = places(run.worst);
  const rows = (n) =>
    all
      .slice(0, n)
      .map(([w, ...others]) =>
        h(
          "tr",
          {},
          h("td", {}, h("a", { href: link(w.name, w.path) }, w.name)),
          h(
            "td",
            {},
            fullLabel(w.path),
            others.length
              ? h(
                  "span",
                  { class: "muted", title: others.map((o) => fieldLabel(o.path).what).join("; ") },
                  ` and ${others.length} more of this row`,
                )
              : null,
          ),
          h("td", { class: "value" }, clip(printed(w.path, w.value), 60) || "not\u00a0read"),
          h(
            "td",
            { class: "number" },
            h("span", { class: `pill ${level({ ...w, status: "review" })}` }, percent(w.confidence)),
          ),
          h("td", { class: "muted" }, w.reason),
        ),
      );
  const body = h("tbody", {}, rows(count));
  const beyond =
    run.doubtful > run.worst.length
      ? ` of the ${run.worst.length.toLocaleString("en-US")} worst fields (there are ${run.doubtful.toLocaleString("en-US")}; each filing lists its own)`
      : "";
  const more =
    all.length > count
      ? h(
          "button",
          {
            class: "more",
            onclick: () => {
              body.replaceChildren(...rows(Infinity));
              more.remove();
            },
          },
          `Show all ${all.length.toLocaleString("en-US")}${beyond && " places"}${beyond}`,
        )
      : null;
  const heads = ["Filing", "Field", "Read as", "Confidence", "Why"];
  return h(
    "section",
    { id: "worst" },
    h("h2", {}, "Look here first"),
    h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Most doubtful fields" },
      h(
        "table",
        { class: "lines" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            heads.map((t) => h("th", { scope: "col", class: t === "Confidence" ? "number" : "" }, t)),
          ),
        ),
        body,
      ),
    ),
    more,
    h("p", { class: "hint" }, "To decide them one by one: ", h("code", {}, `ocr-form4 review ${run.title}`)),
  );
}
const clip = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);
const link = (name, path) => "#/" + encodeURIComponent(name) + (path ? "?" + encodeURIComponent(path) : "");

function confidence() {
  if (!run.filings.length) return null;
  const { source, points } = run.reliability;
  const words = {
    corrections:
      "Points: what people decided in this run. Only fields that were looked at count, so the doubtful end is over-represented.",
    calibration:
      "Points: the calibration’s held-out filings. They give way to this run’s own as soon as fields are decided in review.",
    "": "No points yet: they appear as fields are decided in review. The line is what the confidences promise.",
  };
  return h(
    "section",
    { id: "confidence" },
    h("h2", {}, "Confidence"),
    h(
      "div",
      { class: "two" },
      h(
        "figure",
        {},
        h(
          "figcaption",
          {},
          h("b", {}, "How sure the fields are"),
          h(
            "span",
            { class: "legend" },
            ["accepted", "review", "corrected"].map((k) =>
              h("span", {}, h("i", { class: `swatch ${k}` }), STATUS_WORD[k]),
            ),
          ),
        ),
        histogram(run.bins),
      ),
      h(
        "figure",
        {},
        h("figcaption", {}, h("b", {}, "Is the confidence true?"), h("span", { class: "muted" }, words[source])),
        reliabilityPlot(points),
      ),
    ),
  );
}

function checks() {
  if (!run.checks.length) return null;
  const heads = ["Check", "Holds", "A reading is doubtful", "As filed", "Cannot be told", "Breaks in"];
  return h(
    "section",
    { id: "checks" },
    h("h2", {}, "Checks"),
    h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Checks" },
      h(
        "table",
        { class: "lines" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            heads.map((t, i) => h("th", { scope: "col", class: i && i < 5 ? "number" : "" }, t)),
          ),
        ),
        h(
          "tbody",
          {},
          run.checks.map((c) =>
            h(
              "tr",
              {},
              h("td", {}, checkName(c.name)),
              ["holds", "suspect", "asFiled", "unverifiable"].map((k) =>
                h("td", { class: `number ${c[k] ? k : "none"}` }, c[k].toLocaleString("en-US")),
              ),
              h(
                "td",
                {},
                c.filings.slice(0, 3).map((n, i) => [i ? ", " : "", h("a", { href: link(n) }, n)]),
                c.filings.length > 3
                  ? [
                      " ",
                      h(
                        "button",
                        { class: "link", onclick: () => showBroken(c.name) },
                        `and ${c.filings.length - 3} more`,
                      ),
                    ]
                  : null,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function showBroken(check) {
  Object.assign(filter, { check, status: "", edition: "", confidence: "", text: "" });
  document.getElementById("filings").replaceChildren(h("h2", {}, "Filings"), filters(), h("div", { id: "list" }));
  list();
  document.getElementById("filings").scrollIntoView();
}

/* The charts come as SVG with their text escaped; parsed as XML, nothing in them can run. */
function balances() {
  if (!run.histories.length) return null;
  return h(
    "section",
    { id: "balances" },
    h("h2", {}, "Balances over several filings"),
    h(
      "div",
      { class: "two charts" },
      run.histories.map((history) => {
        const parsed = new DOMParser().parseFromString(history.svg, "image/svg+xml").documentElement;
        return h(
          "figure",
          {},
          parsed.nodeName === "svg" ? document.importNode(parsed, true) : null,
          h(
            "figcaption",
            {},
            history.gaps.map((gap) => h("span", { class: "gap" }, "✗ ", gap)),
            h(
              "span",
              {},
              history.filings.map((name, i) => [i ? ", " : "", h("a", { href: link(name) }, name)]),
            ),
          ),
        );
      }),
    ),
  );
}

function times() {
  const seconds = run.filings.map((f) => f.seconds).filter((v) => v !== null);
  return seconds.length
    ? h("section", { id: "time" }, h("h2", {}, "Time for each document"), timeStrip(seconds))
    : null;
}

keyList = [
  ["j k", "next, previous filing"],
  ["Enter", "open the filing"],
  ["/", "find a filing"],
  ["n p", "next, previous doubtful field"],
  ["+ −", "page larger, smaller"],
  ["Esc", "close the field"],
  ["u", "back to all filings"],
  ["t", "light or dark"],
  ["?", "this list"],
];
