/* One filing: the page with its boxes at the left, what was read at the right. */

window.ocrForm4Filing = (data) => {
  loaded.set(data.name, prepare(data));
};

/* A page opened from disk can load data only as a script. */
function load(summary, then) {
  if (loaded.has(summary.name)) {
    then(loaded.get(summary.name));
    return;
  }
  const script = h("script", { src: summary.data });
  script.onload = () => {
    script.remove();
    if (loaded.has(summary.name)) then(loaded.get(summary.name));
  };
  script.onerror = () => {
    script.remove();
    main.replaceChildren(
      backLine(),
      h(
        "p",
        { class: "empty" },
        `The data of ${summary.name} is missing: report/ was moved or deleted. Run ocr-form4 again, or copy report/ along with report.html.`,
      ),
    );
  };
  document.head.append(script);
}

const backLine = () => h("nav", { class: "back", "aria-label": "Report" }, h("a", { href: "#" }, "← All filings"));

function filingPage(summary, data) {
  let current = null;
  const pane = pagePane(data, choose);
  const inspector = h("aside", { class: "inspector", "aria-label": "Chosen field", hidden: true });
  const order = shown.length ? shown : run.filings;
  const at = order.findIndex((f) => f.name === summary.name);
  const neighbour = (step) => order[at + step];
  const jump = (step, text) => {
    const f = neighbour(step);
    return f ? h("a", { href: link(f.name), title: f.name }, text) : h("span", { class: "muted" }, text);
  };

  function choose(path, from) {
    current = path;
    const field = data.byPath.get(path);
    if (!field) return;
    for (const node of main.querySelectorAll("[data-path]"))
      node.classList.toggle("chosen", node.dataset.path === path);
    inspector.hidden = false;
    inspector.replaceChildren(
      h("h2", { class: "hidden" }, "Chosen field"),
      h(
        "button",
        {
          class: "close",
          "aria-label": "Close",
          onclick: () => {
            inspector.hidden = true;
          },
        },
        "×",
      ),
      fieldCard(data, field, choose),
    );
    pane.show(path); // after the inspector, which takes room from the page
    const value = node(`.reading [data-path="${CSS.escape(path)}"]`);
    const stays = from === "table" || (from === "page" && matchMedia("(max-width: 900px)").matches);
    if (value && !stays) value.scrollIntoView({ block: "center" });
    document.getElementById("live").textContent =
      `${fullLabel(path)}: ${printed(path, field.value) || "not read"}, ${percent(field.confidence)}`;
    history.replaceState(null, "", link(summary.name, path));
  }
  const node = (selector) => main.querySelector(selector);
  const step = (by) => {
    if (!data.doubtful.length) return;
    const index = data.doubtful.findIndex((f) => f.path === current);
    choose(
      data.doubtful[
        index < 0 ? (by > 0 ? 0 : data.doubtful.length - 1) : (index + by + data.doubtful.length) % data.doubtful.length
      ].path,
      "key",
    );
  };

  const page = h(
    "div",
    { class: "filing" },
    h(
      "nav",
      { class: "back", "aria-label": "Report" },
      h("a", { href: "#" }, "← All filings"),
      h("span", { class: "spring" }),
      jump(-1, "previous"),
      h("span", { class: "muted" }, `${at + 1} of ${order.length}`),
      jump(1, "next"),
    ),
    filingHead(summary, data),
    h(
      "div",
      { class: "split" },
      h("div", { class: "left" }, pane.node, inspector),
      h("div", { class: "reading" }, readingSections(data, choose)),
    ),
  );
  return {
    node: page,
    choose,
    step,
    pane,
    neighbour,
    close: () => {
      inspector.hidden = true;
    },
  };
}

function filingHead(summary, data) {
  const parts = [
    editionName(data.edition),
    plural(data.pages.length, "page"),
    data.status === "partial" ? "read only in part" : null,
    data.source.path,
  ];
  const unread = data.pages.filter((p) => p.status !== "read");
  return h(
    "header",
    { class: "head" },
    h("p", { class: "kicker" }, `Form ${summary.form || "?"} · ${summary.name}`),
    h(
      "h1",
      {},
      summary.issuer || "Issuer not read",
      summary.symbol ? h("span", { class: "symbol" }, summary.symbol) : null,
    ),
    h(
      "p",
      { class: "lead" },
      summary.owner || "Reporting person not read",
      summary.period ? `, ${printed("", summary.period)}` : "",
    ),
    h("p", { class: "muted" }, parts.filter(Boolean).join(" · ")),
    unread.length
      ? h(
          "ul",
          { class: "failures" },
          unread.map((p) => h("li", {}, h("b", {}, `Page ${p.number}: ${p.status}`), h("span", {}, p.message || ""))),
        )
      : null,
    (data.messages || []).length
      ? h(
          "ul",
          { class: "failures" },
          data.messages.map((m) => h("li", {}, h("span", {}, m))),
        )
      : null,
  );
}

const CARDS_SHOWN = 12;

function readingSections(data, choose) {
  const section = (id, title, ...content) =>
    content.some(Boolean) ? h("section", { id }, h("h2", {}, title), content) : null;
  const decided = data.fields.filter((f) => f.status === "corrected");
  const none = h("p", { class: "muted" }, "Nothing: every field is accepted.");
  const waiting = data.doubtful.length;
  const second = data.rows.some((r) => r.table === "derivativeTable")
    ? tableView(data, "derivativeTable", choose)
    : h("p", { class: "muted" }, "Table II has no rows.");
  const sections = kept([
    section("review", waiting ? `For review: ${waiting}` : "For review", cards(data, data.doubtful, choose) || none),
    section("decided", "Decided by a person", cards(data, decided, choose)),
    section("tables", "Tables", tableView(data, "nonDerivativeTable", choose), second),
    section("arithmetic", "Checks", checksView(data, choose), runChecks(data)),
    section("header", "Header and signature", headerView(data, choose)),
    section("notes", "Explanation of responses", footnotesView(data, choose)),
    section("all", "All fields", allFields(data, choose)),
  ]);
  const jumps = sections.map((node) =>
    h("button", { class: "link", onclick: () => node.scrollIntoView() }, node.firstChild.textContent),
  );
  return [h("nav", { class: "jumps", "aria-label": "Parts of the filing" }, jumps), ...sections];
}

/* Cards of fields; where nearly everything is doubtful the first ones, the worst, and the rest on demand. */
function cards(data, fields, choose) {
  if (!fields.length) return null;
  const card = (f) => {
    const show = h("button", { class: "link", onclick: () => choose(f.path, "card") }, "Show on the page");
    return fieldCard(data, f, choose, f.box ? show : null);
  };
  const grid = h("div", { class: "cards" }, fields.slice(0, CARDS_SHOWN).map(card));
  if (fields.length <= CARDS_SHOWN) return grid;
  const more = h("button", { class: "more" }, `Show all ${fields.length}`);
  more.addEventListener("click", () => {
    grid.append(...fields.slice(CARDS_SHOWN).map(card));
    more.remove();
  });
  return h("div", {}, grid, more);
}

function runChecks(data) {
  if (!data.runChecks || !data.runChecks.length) return null;
  return h(
    "div",
    {},
    h("h3", {}, "With the person’s other filings"),
    h(
      "ul",
      { class: "checks" },
      data.runChecks.map((c) =>
        h(
          "li",
          { class: `check ${c.outcome} ${c.grade || ""}` },
          h(
            "span",
            { class: "mark", "aria-hidden": "true" },
            { holds: "✓", breaks: "✗", unverifiable: "·" }[c.outcome],
          ),
          h(
            "div",
            {},
            h("b", {}, checkName(c.name)),
            h("br"),
            c.message || expectation(c),
            h(
              "span",
              { class: "where" },
              c.places
                .filter(([name]) => name !== data.name)
                .map(([name, path]) => h("a", { href: link(name, path) }, name)),
            ),
          ),
        ),
      ),
    ),
  );
}

/* Every field as a list, with the filters and the order that the reader likes. */
function allFields(data, choose) {
  const state = { status: "", confidence: "", check: "", sort: "" };
  const body = h("tbody", {}),
    count = h("span", { class: "muted", role: "status" });
  const checkNames = [...new Set(data.checks.map((c) => c.name))].sort();
  const pick = (key, name, options) =>
    h(
      "label",
      {},
      h("span", {}, name),
      h(
        "select",
        {
          onchange: (e) => {
            state[key] = e.target.value;
            draw();
          },
        },
        options.map(([value, text]) => h("option", { value }, text)),
      ),
    );
  function draw() {
    const found = data.fields.filter(
      (f) =>
        (!state.status || f.status === state.status) &&
        (!state.confidence || f.confidence < +state.confidence) &&
        (!state.check || (data.checksOf.get(f.path) || []).some((c) => c.name === state.check)),
    );
    if (state.sort) found.sort((a, b) => a.confidence - b.confidence);
    count.textContent = plural(found.length, "field");
    body.replaceChildren(
      ...found.map((f) =>
        h(
          "tr",
          {},
          h("td", { class: "muted" }, fullLabel(f.path)),
          h("td", {}, valueButton(f, choose)),
          h("td", { class: "number" }, f.derived ? h("span", { class: "muted" }, "derived") : pill(f)),
        ),
      ),
    );
  }
  draw();
  return h(
    "details",
    { class: "all" },
    h("summary", {}, `Show all ${data.fields.length}`),
    h(
      "form",
      { class: "filters", onsubmit: (e) => e.preventDefault() },
      pick("status", "Status", [
        ["", "any"],
        ["accepted", "accepted"],
        ["review", "for review"],
        ["corrected", "decided by a person"],
      ]),
      pick("confidence", "Confidence", [
        ["", "any"],
        ["0.5", "below 50 %"],
        ["0.9", "below 90 %"],
        ["0.99", "below 99 %"],
        ["0.999", "below 99.9 %"],
      ]),
      pick("check", "In check", [["", "any"], ...checkNames.map((n) => [n, checkName(n)])]),
      pick("sort", "Order", [
        ["", "as on the form"],
        ["worst", "worst first"],
      ]),
      count,
    ),
    h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "All fields" },
      h(
        "table",
        { class: "lines" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Field"),
            h("th", { scope: "col" }, "Value"),
            h("th", { scope: "col", class: "number" }, "Confidence"),
          ),
        ),
        body,
      ),
    ),
  );
}

/* ---- ways and keys ---- */

function route() {
  const match = /^#\/([^?]*)(?:\?(.*))?$/.exec(location.hash);
  const summary = match && run.filings.find((f) => f.name === decodeURIComponent(match[1]));
  if (!summary) {
    filing = null;
    if (!front) {
      front = frontPage();
      main.replaceChildren(front);
      list();
    } else main.replaceChildren(front);
    document.title = `Confidence audit of ${run.title}`;
    return;
  }
  load(summary, (data) => {
    if (!front) {
      front = frontPage();
      list();
    }
    filing = filingPage(summary, data);
    main.replaceChildren(filing.node);
    document.title = `${summary.name} · ${run.title}`;
    window.scrollTo(0, 0);
    if (match[2]) filing.choose(decodeURIComponent(match[2]), "link");
  });
}

const go = (f) => {
  if (f) location.hash = link(f.name);
};
const FRONT_KEYS = {
  j: () => moveCursor(1),
  k: () => moveCursor(-1),
  "/": () => document.getElementById("filter-text").focus(),
};
const FILING_KEYS = {
  n: () => filing.step(1),
  p: () => filing.step(-1),
  j: () => go(filing.neighbour(1)),
  k: () => go(filing.neighbour(-1)),
  u: () => {
    location.hash = "";
  },
  "+": () => filing.pane.zoom(1.4),
  "=": () => filing.pane.zoom(1.4),
  "-": () => filing.pane.zoom(1 / 1.4),
  Escape: () => filing.close(),
};
const KEYS = { "?": help, t: theme };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("help").open) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const action = (filing ? FILING_KEYS : FRONT_KEYS)[event.key] || KEYS[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
window.addEventListener("hashchange", route);
route();
