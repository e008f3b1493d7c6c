/* The parts that the report and the review share: tables, checks, a field's evidence. */

/* A filing's data made ready: fields by path, checks by path, rows in printed order. */
function prepare(data) {
  data.byPath = new Map(data.fields.map((f) => [f.path, f]));
  data.checksOf = new Map();
  for (const check of data.checks) for (const path of check.paths) {
    if (!data.checksOf.has(path)) data.checksOf.set(path, []);
    data.checksOf.get(path).push(check);
  }
  data.doubtful = data.fields.filter((f) => f.status === "review").sort((a, b) => a.confidence - b.confidence);
  data.rows = [...new Map(data.fields.map((f) => rowOf(f.path)).filter(Boolean).map((r) => [r.row, r])).values()];
  return data;
}

/* A value as a button that leads to its box and its evidence. */
function valueButton(field, choose, extra) {
  const text = printed(field.path, field.value);
  const sure = field.status === "accepted";
  return h("button", {
    class: `val ${level(field)} ${field.status}${field.derived ? " derived" : ""}`, "data-path": field.path,
    title: `${fullLabel(field.path)}: ${percent(field.confidence)}, ${STATUS_WORD[field.status]}`,
    "aria-label": sure ? null : `${text || "not read"}, ${STATUS_WORD[field.status]}, ${percent(field.confidence)}`,
    onclick: () => choose(field.path, "table"),
  }, text || (field.status === "review" ? "not read" : "—"), sure ? null : h("span", { class: "sign", "aria-hidden": "true" }, STATUS_SIGN[field.status]), extra);
}

/* A table as on the form; `only` keeps to some rows, by their paths. */
function tableView(data, table, choose, only) {
  const rows = data.rows.filter((r) => r.table === table && (!only || only.has(r.row)));
  const { name, caption, columns } = TABLES[table];
  const leaves = columns.flatMap(([number, , parts]) => parts.map((part) => [number, ...part]));
  const first = columns.map(([number, text, parts]) => h("th", {
    scope: parts.length > 1 ? "colgroup" : "col", colspan: parts.length, rowspan: parts.length > 1 ? 1 : 2,
  }, h("b", {}, number), " ", text));
  const second = leaves.filter(([, leaf]) => leaf).map(([, leaf]) => h("th", { scope: "col" }, leaf));
  const body = rows.map((row) => h("tr", { "data-row": row.row }, leaves.map(([, , paths, align]) => cell(data, row, paths, align, choose))));
  if (!rows.length) body.push(h("tr", {}, h("td", { colspan: leaves.length, class: "empty" }, "No rows were found.")));
  return h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": `${name}, scrolls sideways` },
    h("table", { class: "form4" }, h("caption", {}, h("b", {}, name), " ", caption), h("thead", {}, h("tr", {}, first), h("tr", {}, second)), h("tbody", {}, body)));
}

function cell(data, row, paths, align, choose) {
  const parts = [];
  for (const spec of paths) {
    const [, side, rest] = /^(?:([AD]):)?(.*)$/.exec(spec);
    const field = data.byPath.get(`${row.row}/${rest}`);
    if (!field || !belongs(data, row, side, field, rest)) continue;
    parts.push(valueButton(field, choose), marksOf(data, `${row.row}/${rest}`), rest === OWNED ? tick(data, field) : null);
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

const runningOf = (data, path) => (data.checksOf.get(path) || []).find((c) => c.name === "running-holdings" && lastHolding(c) === path);
const holdingsOf = (check) => check.paths.filter((p) => p.endsWith(OWNED));
const lastHolding = (check) => holdingsOf(check).at(-1);

function tick(data, field) {
  const check = runningOf(data, field.path);
  if (!check || check.outcome === "unverifiable") return null;
  const holds = check.outcome === "holds";
  return h("span", { class: `tick ${holds ? "holds" : "breaks"}`, role: "img", title: arithmetic(data, check).textContent, "aria-label": holds ? "adds up" : "does not add up" }, holds ? "✓" : "✗");
}

/* 97,447 − 268 = 97,179 ✓ */
function arithmetic(data, check) {
  const [before, after] = holdingsOf(check);
  const shares = check.paths.find((p) => p.endsWith(SHARES));
  if (!before || !after || !shares) return h("span", { class: "sum" }, check.message);
  const row = rowOf(shares).row;
  const code = (data.byPath.get(`${row}/${CODE_AD}`) || {}).value;
  const number = (path) => { const f = data.byPath.get(path); return h("span", { class: f ? f.status : "" }, (f && printed(path, f.value)) || "?"); };
  const holds = check.outcome === "holds";
  const sign = holds ? "✓" : check.outcome === "breaks" ? "✗" : "?";
  const sum = [number(before), code === "A" ? " + " : code === "D" ? " − " : " ± ", number(shares)];
  const result = holds ? [" = ", number(after)] : [" = ", grouped(check.expected || "?"), ", the page says ", number(after)];
  return h("span", { class: `sum ${check.outcome}` }, sum, result, " ", h("span", { class: "verdict" }, sign));
}

const CHECK_WORD = { holds: "holds", breaks: "breaks", unverifiable: "cannot be told" };
const GRADE_WORD = { suspect: "a reading is doubtful", "as-filed": "the paper itself" };
const checkName = (name) => name.replace(/-/g, " ").replace(/^./, (c) => c.toUpperCase());

function checkLine(data, check, choose) {
  const sum = check.name === "running-holdings" && check.paths.length === 3;
  const word = check.outcome === "breaks" && check.grade ? `breaks: ${GRADE_WORD[check.grade] || check.grade}` : CHECK_WORD[check.outcome];
  return h("li", { class: `check ${check.outcome} ${check.grade || ""}` },
    h("span", { class: "mark", "aria-hidden": "true" }, { holds: "✓", breaks: "✗", unverifiable: "·" }[check.outcome]),
    h("div", {}, h("b", {}, checkName(check.name)), " ", h("span", { class: "muted" }, word), h("br"),
      sum ? arithmetic(data, check) : h("span", {}, check.message || expectation(check)),
      check.paths.length ? h("span", { class: "where" }, check.paths.slice(0, 6).map((p) => data.byPath.has(p)
        ? h("button", { class: "link", onclick: () => choose(p, "check") }, fieldLabel(p).what) : null)) : null));
}
const expectation = (check) => (check.expected || check.found ? `expected ${check.expected || "nothing"}, found ${check.found || "nothing"}` : "");

function checksView(data, choose) {
  const of = (outcome) => data.checks.filter((c) => c.outcome === outcome);
  const running = data.checks.filter((c) => c.name === "running-holdings");
  const rest = of("holds").filter((c) => c.name !== "running-holdings"), open = of("unverifiable").filter((c) => c.name !== "running-holdings");
  const list = (checks) => h("ul", { class: "checks" }, checks.map((c) => checkLine(data, c, choose)));
  return h("div", {},
    of("breaks").length ? list(of("breaks")) : h("p", { class: "muted" }, "No check breaks."),
    running.length ? h("div", { class: "running" }, h("h3", {}, "Running holdings"), h("ol", { class: "sums" }, running.map((c) => h("li", {},
      h("button", { class: "link plain", onclick: () => choose(lastHolding(c) || c.paths[0], "check"), title: fullLabel(lastHolding(c) || c.paths[0]) }, arithmetic(data, c)))))) : null,
    rest.length ? h("details", {}, h("summary", {}, `${plural(rest.length, "other check")} ${rest.length === 1 ? "holds" : "hold"}`), list(rest)) : null,
    open.length ? h("details", {}, h("summary", {}, `${plural(open.length, "check")} cannot be told from this page`), list(open)) : null);
}

/* Everything known about one field. `tools` are more nodes for the review. */
function fieldCard(data, field, choose, tools) {
  const label = fieldLabel(field.path);
  const checks = data.checksOf.get(field.path) || [];
  const value = printed(field.path, field.value);
  return h("article", { class: `card ${level(field)} ${field.status}`, "data-card": field.path },
    h("header", {}, h("div", {}, h("p", { class: "place" }, label.place), h("h3", {}, label.what)), pill(field)),
    cropOf(data, field) || (field.box || field.derived ? null : h("p", { class: "muted" }, "No place on the page is known for it.")),
    h("p", { class: "read" }, h("span", { class: "muted" }, field.derived ? "derived: " : field.status === "corrected" ? "decided: " : "read as "), h("span", { class: "value" }, value || (field.status === "corrected" ? "nothing is printed" : "nothing"))),
    field.machine ? h("p", { class: "muted" }, `The software had read ${printed(field.path, field.machine.value) || "nothing"} (${percent(field.machine.confidence)}).`) : null,
    field.readings && field.readings.length ? readingsTable(field) : null,
    field.reasons.length ? h("ul", { class: "reasons" }, field.reasons.map((r) => h("li", {}, r))) : null,
    tools || null,
    checks.length ? h("ul", { class: "checks" }, checks.map((c) => checkLine(data, c, choose))) : null);
}

function pill(field) {
  return h("span", { class: `pill ${level(field)}`, title: `confidence ${field.confidence}` }, h("span", { "aria-hidden": "true" }, STATUS_SIGN[field.status]), " ", percent(field.confidence));
}

/* What a reading is held against: the field's value as printed, or for the value's own reading another one's text. */
function others(field, reading) {
  const value = printed(field.path, field.value);
  return reading.text !== value ? value : (field.readings.find((r) => r.text !== value) || reading).text;
}

/* A text with the part marked in which it differs from another; of a long text that part and what is around it. */
function difference(text, other) {
  if (!text) return "∅";
  let start = 0, end = 0;
  while (start < text.length && text[start] === other[start]) start++;
  while (end < text.length - start && end < other.length - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  if (start === text.length && other.length === text.length) return text.length > 160 ? text.slice(0, 120) + " …" : text;
  const around = 28, long = text.length > 90;
  const before = text.slice(0, start), after = text.slice(text.length - end);
  return [long && before.length > around ? "… " + before.slice(-around) : before, h("mark", {}, text.slice(start, text.length - end) || "‸"),
    end ? (long && after.length > around ? after.slice(0, around) + " …" : after) : ""];
}

function readingsTable(field) {
  return h("table", { class: "readings" }, h("caption", { class: "hidden" }, "Readings"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "reader"), h("th", { scope: "col" }, "text"), h("th", { scope: "col", class: "number" }, "its own score"))),
    h("tbody", {}, field.readings.map((r) => h("tr", {}, h("th", { scope: "row" }, r.reader), h("td", { class: "text" }, difference(r.text, others(field, r))), h("td", { class: "number" }, r.confidence.toFixed(2))))));
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
  return h("div", { class: "groups" }, [...groups].map(([group, fields]) => h("section", {}, h("h3", {}, group),
    h("dl", {}, fields.map(([what, field]) => h("div", {}, h("dt", {}, what), h("dd", {}, valueButton(field, choose))))))));
}

function footnotesView(data, choose) {
  const notes = data.fields.filter((f) => f.path.includes("/footnote["));
  if (!notes.length) return null;
  return h("ol", { class: "footnotes" }, notes.map((f) => h("li", {}, h("span", { class: "number" }, `(${/'F(\d+)'/.exec(f.path)[1]})`), valueButton(f, choose))));
}
