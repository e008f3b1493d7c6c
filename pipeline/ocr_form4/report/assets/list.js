/* The list of filings: filters, order, and moving through it by keys. */


const STATES = {
  review: ["with fields for review", (f) => f.review > 0],
  clear: ["nothing for review", (f) => !f.review],
  corrected: ["decided by a person", (f) => f.corrected > 0],
  partial: ["read in part", (f) => f.status === "partial"],
  breaks: ["a check breaks", (f) => f.breaks.length > 0],
};

function filters() {
  const pick = (key, name, options) =>
    h(
      "label",
      {},
      h("span", {}, name),
      h(
        "select",
        {
          id: `filter-${key}`,
          onchange: (e) => {
            filter[key] = e.target.value;
            list();
          },
        },
        h("option", { value: "" }, "any"),
        options.map(([value, text]) => h("option", { value, selected: filter[key] === value }, text)),
      ),
    );
  const editions = [...new Set(run.filings.map((f) => f.edition))].sort().map((e) => [e, editionName(e)]);
  return h(
    "form",
    { class: "filters", onsubmit: (e) => e.preventDefault() },
    h(
      "label",
      { class: "grow" },
      h("span", {}, "Find"),
      h("input", {
        id: "filter-text",
        type: "search",
        placeholder: "name, issuer, owner",
        value: filter.text,
        oninput: (e) => {
          filter.text = e.target.value;
          list();
        },
      }),
    ),
    pick(
      "status",
      "Status",
      Object.entries(STATES).map(([k, [text]]) => [k, text]),
    ),
    pick("confidence", "Lowest confidence", [
      ["0.5", "below 50 %"],
      ["0.9", "below 90 %"],
      ["0.99", "below 99 %"],
    ]),
    pick("edition", "Edition", editions),
    pick(
      "check",
      "Check that breaks",
      run.checks.filter((c) => c.filings.length).map((c) => [c.name, checkName(c.name)]),
    ),
  );
}

const COLUMNS = [
  ["name", "Filing"],
  ["issuer", "Issuer"],
  ["owner", "Reporting person"],
  ["period", "Date"],
  ["edition", "Edition"],
  ["pages", "Pages", 1],
  ["fields", "Fields", 1],
  ["review", "For review", 1],
  ["breaks", "Breaks", 1],
  ["lowest", "Lowest", 1],
];

function chosenFilings() {
  const text = filter.text.toLowerCase();
  const found = run.filings.filter(
    (f) =>
      (!filter.status || STATES[filter.status][1](f)) &&
      (!filter.edition || f.edition === filter.edition) &&
      (!filter.check || f.breaks.includes(filter.check)) &&
      (!filter.confidence || f.lowest < +filter.confidence) &&
      (!text || [f.name, f.issuer, f.symbol, f.owner].some((v) => v.toLowerCase().includes(text))),
  );
  const key = (f) => (filter.sort === "breaks" ? f.breaks.length : f[filter.sort]);
  const compare = (a, b) => {
    const x = key(a),
      y = key(b);
    return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * (filter.down ? -1 : 1);
  };
  return found.sort((a, b) => compare(a, b) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

function list() {
  const place = front.querySelector("#list");
  shown = chosenFilings();
  cursor = -1;
  const heads = COLUMNS.map(([key, text, number]) =>
    h(
      "th",
      {
        scope: "col",
        class: number ? "number" : "",
        "aria-sort": filter.sort === key ? (filter.down ? "descending" : "ascending") : null,
      },
      h(
        "button",
        {
          class: "sort",
          onclick: () => {
            filter.down = filter.sort === key ? !filter.down : ["review", "breaks", "fields", "pages"].includes(key);
            filter.sort = key;
            list();
          },
        },
        text,
        filter.sort === key ? (filter.down ? " ↓" : " ↑") : "",
      ),
    ),
  );
  const visible = filter.all ? shown : shown.slice(0, 100);
  place.replaceChildren(
    h(
      "p",
      { class: "muted", role: "status" },
      shown.length === run.filings.length
        ? plural(shown.length, "filing")
        : `${shown.length} of ${plural(run.filings.length, "filing")}`,
    ),
    h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Filings" },
      h(
        "table",
        { class: "lines filings" },
        h("thead", {}, h("tr", {}, heads)),
        h("tbody", {}, visible.map(filingLine)),
      ),
    ),
    visible.length < shown.length
      ? h(
          "button",
          {
            class: "more",
            onclick: () => {
              filter.all = true;
              list();
            },
          },
          `Show all ${shown.length.toLocaleString("en-US")}`,
        )
      : "",
  );
}

function filingLine(f) {
  return h(
    "tr",
    {},
    h("td", {}, h("a", { href: link(f.name) }, f.name)),
    h(
      "td",
      {},
      f.issuer || h("span", { class: "muted" }, "not read"),
      f.symbol ? h("span", { class: "muted" }, ` ${f.symbol}`) : null,
    ),
    h("td", {}, f.owner),
    h("td", {}, printed("", f.period)),
    h(
      "td",
      { class: "muted" },
      editionName(f.edition),
      f.status === "partial" ? h("b", { class: "partial" }, " in part") : null,
    ),
    h("td", { class: "number" }, f.pages),
    h("td", { class: "number" }, f.fields),
    h(
      "td",
      { class: "number" },
      f.review || h("span", { class: "none" }, "0"),
      f.corrected ? h("span", { class: "muted" }, ` ✎${f.corrected}`) : null,
    ),
    h(
      "td",
      { class: "number" },
      f.breaks.length
        ? h("span", { title: f.breaks.map(checkName).join(", ") }, f.breaks.length, f.suspect ? " ✗" : "")
        : h("span", { class: "none" }, "0"),
    ),
    h("td", { class: "number" }, h("span", { class: `pill ${level({ confidence: f.lowest })}` }, percent(f.lowest))),
  );
}

function moveCursor(step) {
  const rows = front.querySelectorAll("#list tbody tr");
  if (!rows.length) return;
  cursor = Math.max(0, Math.min(rows.length - 1, cursor + step));
  const anchor = rows[cursor].querySelector("a");
  anchor.focus();
  anchor.scrollIntoView({ block: "nearest" });
}
