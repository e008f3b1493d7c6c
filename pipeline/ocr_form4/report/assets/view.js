/* The parts that the report and the review share: tables, checks, a field's evidence. */

/* A filing's data made ready: fields by path, checks by path, rows in printed order. */
function prepare(data) {
  data.byPath = new Map(data.fields.map((f) => [f.path, f]));
  data.checksOf = new Map();
  for (const check of data.checks)
    for (const path of check.paths) {
      if (!data.checksOf.has(path)) data.checksOf.set(path, []);
      data.checksOf.get(path).push(check);
    }
  data.doubtful = data.fields.filter((f) => f.status === "review").sort((a, b) => a.confidence - b.confidence);
  data.rows = [
    ...new Map(
      data.fields
        .map((f) => rowOf(f.path))
        .filter(Boolean)
        .map((r) => [r.row, r]),
    ).values(),
  ];
  return data;
}

/* A value as a button that leads to its box and its evidence. */
function valueButton(field, choose, extra) {
  const text = printed(field.path, field.value);
  const sure = field.status === "accepted";
  return h(
    "button",
    {
      class: `val ${level(field)} ${field.status}${field.derived ? " derived" : ""}`,
      "data-path": field.path,
      title: `${fullLabel(field.path)}: ${percent(field.confidence)}, ${STATUS_WORD[field.status]}`,
      "aria-label": sure ? null : `${text || "not read"}, ${STATUS_WORD[field.status]}, ${percent(field.confidence)}`,
      onclick: () => choose(field.path, "table"),
    },
    text || (field.status === "review" ? "not\u00a0read" : "—"),
    sure ? null : h("span", { class: "sign", "aria-hidden": "true" }, STATUS_SIGN[field.status]),
    extra,
  );
}

/* A table as on the form; `only` keeps to some rows, by their paths. */
function tableView(data, table, choose, only) {
  const rows = data.rows.filter((r) => r.table === table && (!only || only.has(r.row)));
  const { name, caption, columns } = TABLES[table];
  const leaves = columns.flatMap(([number, , parts]) => parts.map((part) => [number, ...part]));
  const first = columns.map(([number, text, parts]) =>
    h(
      "th",
      {
        scope: parts.length > 1 ? "colgroup" : "col",
        colspan: parts.length,
        rowspan: parts.length > 1 ? 1 : 2,
      },
      h("b", {}, number),
      " ",
      text,
    ),
  );
  const second = leaves.filter(([, leaf]) => leaf).map(([, leaf]) => h("th", { scope: "col" }, leaf));
  const body = rows.map((row) =>
    h(
      "tr",
      { "data-row": row.row },
      leaves.map(([, , paths, align]) => cell(data, row, paths, align, choose)),
    ),
  );
  if (!rows.length) body.push(h("tr", {}, h("td", { colspan: leaves.length, class: "empty" }, "No rows were found.")));
  return h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": `${name}, scrolls sideways` },
    h(
      "table",
      { class: "form4" },
      h("caption", {}, h("b", {}, name), " ", caption),
      h("thead", {}, h("tr", {}, first), h("tr", {}, second)),
      h("tbody", {}, body),
    ),
  );
}

function cell(data, row, paths, align, choose) {
  const parts = [];
  for (const spec of paths) {
    const [, side, rest] = /^(?:([AD]):)?(.*)$/.exec(spec);
    const field = data.byPath.get(`${row.row}/${rest}`);
    if (!field || !belongs(data, row, side, field, rest)) continue;
    parts.push(
      valueButton(field, choose),
      marksOf(data, `${row.row}/${rest}`),
      rest === OWNED ? tick(data, field) : null,
    );
  }
  if (!parts.length) for (const rest of paths) parts.push(marksOf(data, `${row.row}/${rest}`));
  return h("td", { class: align }, parts);
}

/* Table II tells acquired from disposed by the column; what is not printed (a 0, a 4) leaves its cell empty. */
function belongs(data, row, side, field, rest) {
  if (side) {
    const code = data.byPath.get(`${row.row}/${CODE_AD}`);
    return ((code && code.value) || "A") === side;
  }
  const silent = { [FORM_TYPE]: "4", [SWAP]: "0" }[rest];
  return !(field.value === silent && field.status === "accepted");
}

function marksOf(data, path) {
  const element = /^(.*\/transactionCoding)\//.exec(path);
  const ids = data.marks[element ? element[1] : path.replace(/\/value$/, "")] || [];
  if (!ids.length || path.endsWith(FORM_TYPE) || path.endsWith(SWAP)) return null;
  return h("sup", { class: "marks" }, ids.map((id) => `(${id.slice(1)})`).join(""));
}

/* Everything known about one field. `tools` are more nodes for the review. */
function fieldCard(data, field, choose, tools) {
  const label = fieldLabel(field.path);
  const checks = data.checksOf.get(field.path) || [];
  const value = printed(field.path, field.value);
  return h(
    "article",
    { class: `card ${level(field)} ${field.status}${value.length > 70 ? " long" : ""}`, "data-card": field.path },
    h("header", {}, h("div", {}, h("p", { class: "place" }, label.place), h("h3", {}, label.what), pathName(field.path)), pill(field)),
    cropOf(data, field) ||
      (field.box || field.derived ? null : h("p", { class: "muted" }, "No place on the page is known for it.")),
    h(
      "p",
      { class: "read" },
      h(
        "span",
        { class: "muted" },
        field.derived ? "derived: " : field.status === "corrected" ? "decided: " : "read as ",
      ),
      h("span", { class: "value" }, value || (field.status === "corrected" ? "nothing is printed" : "nothing")),
    ),
    field.machine
      ? h(
          "p",
          { class: "muted" },
          `The software had read ${printed(field.path, field.machine.value) || "nothing"} (${percent(field.machine.confidence)}).`,
        )
      : null,
    field.readings && field.readings.length ? readingsTable(field) : null,
    reasonList(field),
    tools || null,
    checks.length ? checkList(data, checks, choose) : null,
  );
}

function pill(field) {
  return h(
    "span",
    { class: `pill ${level(field)}`, title: `confidence ${field.confidence}` },
    h("span", { "aria-hidden": "true" }, STATUS_SIGN[field.status]),
    " ",
    percent(field.confidence),
  );
}

/* What a reading is held against: the field's value as printed, or for the value's own reading another one's text. */
function others(field, reading) {
  const value = printed(field.path, field.value);
  return reading.text !== value ? value : (field.readings.find((r) => r.text !== value) || reading).text;
}

/* A text with the parts marked in which it differs from another; of a long text those parts and what is around them. */
function difference(text, other) {
  if (!text) return "∅";
  const words = text.split(/\s+/),
    others = other.split(/\s+/);
  return words.length > 4 && words.length * others.length < 250000
    ? differentWords(words, others)
    : differentPart(text, other);
}

/* The words that are not in the longest common subsequence, with three words of company. */
function differentWords(words, others) {
  const n = words.length,
    m = others.length,
    best = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      best[i][j] = words[i] === others[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
  const odd = [];
  for (let i = 0, j = 0; i < n; i++) {
    while (j < m && words[i] !== others[j] && best[i][j + 1] >= best[i + 1][j]) j++;
    if (j < m && words[i] === others[j]) j++;
    else odd.push(i);
  }
  const near = (i) => n <= 14 || (odd.length ? odd.some((o) => Math.abs(o - i) <= 3) : i < 10);
  const parts = [];
  for (let i = 0; i < n; i++) {
    if (near(i)) parts.push(odd.includes(i) ? h("mark", {}, words[i]) : words[i], " ");
    else if (parts.at(-1) !== "… ") parts.push("… ");
  }
  return parts;
}

function differentPart(text, other) {
  let start = 0,
    end = 0;
  while (start < text.length && text[start] === other[start]) start++;
  while (end < text.length - start && end < other.length - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  if (text === other) return text;
  return [
    text.slice(0, start),
    h("mark", {}, text.slice(start, text.length - end) || "‸"),
    end ? text.slice(-end) : "",
  ];
}

function readingsTable(field) {
  return h(
    "table",
    { class: "readings" },
    h("caption", { class: "hidden" }, "Readings"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "reader"),
        h("th", { scope: "col" }, "text"),
        h("th", { scope: "col", class: "number" }, "its own score"),
      ),
    ),
    h(
      "tbody",
      {},
      field.readings.map((r) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, r.reader),
          h("td", { class: "text" }, difference(r.text, others(field, r))),
          h("td", { class: "number" }, r.confidence.toFixed(2)),
        ),
      ),
    ),
  );
}

/* The values outside the tables, in groups with the form's words. */
function headerView(data, choose) {
  const groups = new Map();
  for (const field of data.fields) {
    if (rowOf(field.path) || field.path.includes("/footnote[") || /Cik$|schemaVersion$/.test(field.path)) continue;
    const { place, what } = fieldLabel(field.path);
    const silent = FLAGS.test(field.path) && field.value === "0" && field.status === "accepted";
    if (silent || (field.value === "" && field.status === "accepted")) continue;
    const group = /issuer\//.test(field.path) ? "Issuer" : place === "Header" ? "Filing" : place;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push([what, field]);
  }
  return h(
    "div",
    { class: "groups" },
    [...groups].map(([group, fields]) =>
      h(
        "section",
        {},
        h("h3", {}, group),
        h(
          "dl",
          {},
          fields.map(([what, field]) => h("div", {}, h("dt", {}, what), h("dd", {}, valueButton(field, choose)))),
        ),
      ),
    ),
  );
}

function footnotesView(data, choose) {
  const notes = data.fields.filter((f) => f.path.includes("/footnote["));
  if (!notes.length) return null;
  return h(
    "ol",
    { class: "footnotes" },
    notes.map((f) =>
      h("li", {}, h("span", { class: "number" }, `(${/'F(\d+)'/.exec(f.path)[1]})`), valueButton(f, choose)),
    ),
  );
}
