/* Checks in words, and running holdings as the arithmetic they are. */

const runningOf = (data, path) =>
  (data.checksOf.get(path) || []).find((c) => c.name === "running-holdings" && lastHolding(c) === path);
const holdingsOf = (check) => check.paths.filter((p) => p.endsWith(OWNED));
const lastHolding = (check) => holdingsOf(check).at(-1);

function tick(data, field) {
  const check = runningOf(data, field.path);
  if (!check || check.outcome === "unverifiable") return null;
  const holds = check.outcome === "holds";
  return h(
    "span",
    {
      class: `tick ${holds ? "holds" : "breaks"}`,
      role: "img",
      title: arithmetic(data, check).textContent,
      "aria-label": holds ? "adds up" : "does not add up",
    },
    holds ? "✓" : "✗",
  );
}

/* 97,447 − 268 = 97,179 ✓ */
function arithmetic(data, check) {
  const [before, after] = holdingsOf(check);
  const shares = check.paths.find((p) => p.endsWith(SHARES));
  if (!before || !after || !shares) return h("span", { class: "sum" }, check.message);
  const row = rowOf(shares).row;
  const code = (data.byPath.get(`${row}/${CODE_AD}`) || {}).value;
  const number = (path) => {
    const f = data.byPath.get(path);
    return h("span", { class: f ? f.status : "" }, (f && printed(path, f.value)) || "?");
  };
  const holds = check.outcome === "holds";
  const sign = holds ? "✓" : check.outcome === "breaks" ? "✗" : "?";
  const sum = [number(before), code === "A" ? " + " : code === "D" ? " − " : " ± ", number(shares)];
  const result = holds
    ? [" = ", number(after)]
    : [" = ", grouped(check.expected || "?"), ", the page says ", number(after)];
  return h("span", { class: `sum ${check.outcome}` }, sum, result, " ", h("span", { class: "verdict" }, sign));
}

const CHECK_WORD = { holds: "holds", breaks: "breaks", unverifiable: "cannot be told" };
const GRADE_WORD = { suspect: "a reading is doubtful", "as-filed": "the paper itself" };
const checkName = (name) => name.replace(/-/g, " ").replace(/^./, (c) => c.toUpperCase());

function checkList(data, checks, choose) {
  return h(
    "ul",
    { class: "checks" },
    checks.map((c) => checkLine(data, c, choose)),
  );
}

/* Why a field should be looked at. */
function reasonList(field) {
  if (!field.reasons.length) return null;
  return h(
    "ul",
    { class: "reasons" },
    field.reasons.map((r) => h("li", {}, r.text)),
  );
}

function checkLine(data, check, choose) {
  const sum = check.name === "running-holdings" && check.paths.length === 3;
  const word =
    check.outcome === "breaks" && check.grade
      ? `breaks: ${GRADE_WORD[check.grade] || check.grade}`
      : CHECK_WORD[check.outcome];
  return h(
    "li",
    { class: `check ${check.outcome} ${check.grade || ""}` },
    h("span", { class: "mark", "aria-hidden": "true" }, { holds: "✓", breaks: "✗", unverifiable: "·" }[check.outcome]),
    h(
      "div",
      {},
      h("b", {}, checkName(check.name)),
      " ",
      h("span", { class: "muted" }, word),
      h("br"),
      sum ? arithmetic(data, check) : h("span", {}, check.message || expectation(check)),
      check.paths.length
        ? h(
            "span",
            { class: "where" },
            check.paths
              .slice(0, 6)
              .map((p) =>
                data.byPath.has(p)
                  ? h("button", { class: "link", onclick: () => choose(p, "check") }, fieldLabel(p).what)
                  : null,
              ),
          )
        : null,
    ),
  );
}
const expectation = (check) =>
  check.expected || check.found ? `expected ${check.expected || "nothing"}, found ${check.found || "nothing"}` : "";

function checksView(data, choose) {
  const of = (outcome) => data.checks.filter((c) => c.outcome === outcome);
  const running = data.checks.filter((c) => c.name === "running-holdings");
  const rest = of("holds").filter((c) => c.name !== "running-holdings"),
    open = of("unverifiable").filter((c) => c.name !== "running-holdings");
  const list = (checks) => checkList(data, checks, choose);
  return h(
    "div",
    {},
    of("breaks").length ? list(of("breaks")) : h("p", { class: "muted" }, "No check breaks."),
    running.length
      ? h(
          "div",
          { class: "running" },
          h("h3", {}, "Running holdings"),
          h(
            "ol",
            { class: "sums" },
            running.map((c) =>
              h(
                "li",
                {},
                h(
                  "button",
                  {
                    class: "link plain",
                    onclick: () => choose(lastHolding(c) || c.paths[0], "check"),
                    title: fullLabel(lastHolding(c) || c.paths[0]),
                  },
                  arithmetic(data, c),
                ),
              ),
            ),
          ),
        )
      : null,
    rest.length
      ? h(
          "details",
          {},
          h("summary", {}, `${plural(rest.length, "other check")} ${rest.length === 1 ? "holds" : "hold"}`),
          list(rest),
        )
      : null,
    open.length
      ? h("details", {}, h("summary", {}, `${plural(open.length, "check")} cannot be told from this page`), list(open))
      : null,
  );
}
