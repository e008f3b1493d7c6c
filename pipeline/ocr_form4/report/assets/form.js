/* What a reader of Form 4 knows: captions, columns, how a value is printed. Text goes into the page as text only. */

const ROOT = "/ownershipDocument/";

const kept = (children) => children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
const fill = (node, ...children) => node.replaceChildren(...kept(children));

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...kept(children));
  return node;
}

/* Of fields outside the tables: by path, by last tag, or by "page:" and a name. */
const LABELS = {{labels}};

const TITLE = "securityTitle/value";
const SHARES = "transactionAmounts/transactionShares/value";
const CODE_AD = "transactionAmounts/transactionAcquiredDisposedCode/value";
const OWNED = "postTransactionAmounts/sharesOwnedFollowingTransaction/value";
const OWNED_VALUE = "postTransactionAmounts/valueOwnedFollowingTransaction/value";
const TOTAL_VALUE = "transactionAmounts/transactionTotalValue/value";
const PRICE = "transactionAmounts/transactionPricePerShare/value";
const CODE = "transactionCoding/transactionCode";
const FORM_TYPE = "transactionCoding/transactionFormType";
const SWAP = "transactionCoding/equitySwapInvolved";
const FORM = "ownershipNature/directOrIndirectOwnership/value";
const NATURE = "ownershipNature/natureOfOwnership/value";

/* Columns as printed: number, caption, leaves of [caption, paths below the row, alignment]. */
const TABLES = {
  nonDerivativeTable: {
    name: "Table I",
    caption: "Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned",
    columns: [
      ["1", "Title of Security", [["", [TITLE], "text"]]],
      ["2", "Transaction Date", [["", ["transactionDate/value"], "date"]]],
      ["2A", "Deemed Execution Date", [["", ["deemedExecutionDate/value"], "date"]]],
      [
        "3",
        "Transaction Code",
        [
          ["Code", [CODE, SWAP], "code"],
          ["V", [FORM_TYPE], "code"],
        ],
      ],
      [
        "4",
        "Securities Acquired (A) or Disposed Of (D)",
        [
          ["Amount", [SHARES, TOTAL_VALUE], "number"],
          ["(A) or (D)", [CODE_AD], "code"],
          ["Price", [PRICE], "number"],
        ],
      ],
      ["5", "Amount Owned Following Transaction(s)", [["", [OWNED, OWNED_VALUE], "number"]]],
      ["6", "Direct (D) or Indirect (I)", [["", [FORM], "code"]]],
      ["7", "Nature of Indirect Ownership", [["", [NATURE], "text"]]],
    ],
  },
  derivativeTable: {
    name: "Table II",
    caption: "Derivative Securities Acquired, Disposed of, or Beneficially Owned",
    columns: [
      ["1", "Title of Derivative Security", [["", [TITLE], "text"]]],
      ["2", "Exercise Price", [["", ["conversionOrExercisePrice/value"], "number"]]],
      ["3", "Transaction Date", [["", ["transactionDate/value"], "date"]]],
      ["3A", "Deemed Execution Date", [["", ["deemedExecutionDate/value"], "date"]]],
      [
        "4",
        "Transaction Code",
        [
          ["Code", [CODE, SWAP], "code"],
          ["V", [FORM_TYPE], "code"],
        ],
      ],
      [
        "5",
        "Derivative Securities Acquired (A) or Disposed Of (D)",
        [
          ["(A)", ["A:" + SHARES, "A:" + TOTAL_VALUE], "number"],
          ["(D)", ["D:" + SHARES, "D:" + TOTAL_VALUE], "number"],
        ],
      ],
      [
        "6",
        "Date Exercisable and Expiration Date",
        [
          ["Exercisable", ["exerciseDate/value"], "date"],
          ["Expiration", ["expirationDate/value"], "date"],
        ],
      ],
      [
        "7",
        "Title and Amount of Underlying Securities",
        [
          ["Title", ["underlyingSecurity/underlyingSecurityTitle/value"], "text"],
          [
            "Amount",
            ["underlyingSecurity/underlyingSecurityShares/value", "underlyingSecurity/underlyingSecurityValue/value"],
            "number",
          ],
        ],
      ],
      ["8", "Price of Derivative Security", [["", [PRICE], "number"]]],
      ["9", "Number Owned Following Transaction(s)", [["", [OWNED, OWNED_VALUE], "number"]]],
      ["10", "Direct (D) or Indirect (I)", [["", [FORM], "code"]]],
      ["11", "Nature of Indirect Ownership", [["", [NATURE], "text"]]],
    ],
  },
};

const EDITIONS = {{editions}};
const editionName = (edition) => EDITIONS[edition] || edition || "unknown edition";

const ROW = /^\/ownershipDocument\/(nonDerivativeTable|derivativeTable)\/(\w+)\[(\d+)\]/;

/* {table, tag, number, row: path of the row, rest: path below it} of a row's field, or null. */
function rowOf(path) {
  const match = ROW.exec(path);
  return (
    match && { table: match[1], tag: match[2], number: +match[3], row: match[0], rest: path.slice(match[0].length + 1) }
  );
}

const COLUMN_NAMES = {};
for (const [table, { columns }] of Object.entries(TABLES)) {
  for (const [number, caption, leaves] of columns) {
    for (const [leaf, paths] of leaves) {
      for (const p of paths) {
        const path = p.replace(/^[AD]:/, "");
        COLUMN_NAMES[table + path] = `${number} ${leaf && !/^\([AD]\)$/.test(leaf) ? leaf : caption}`;
      }
    }
  }
}
const OTHER_COLUMNS = { footnoteId: "Footnote marks", [SWAP]: "Equity swap", [CODE_AD]: "(A) or (D)" };

/* Where a field stands, in the form's words. */
function fieldLabel(path) {
  const row = rowOf(path);
  if (row) {
    const kind = row.tag.endsWith("Holding") ? "holding" : "transaction";
    const column = OTHER_COLUMNS[row.rest] || COLUMN_NAMES[row.table + row.rest] || row.rest.replace(/\/value$/, "");
    return { place: `${TABLES[row.table].name}, ${kind} ${row.number}`, what: column };
  }
  if (path.startsWith("page:")) return { place: "On the page only", what: LABELS[path] || path.slice(5) };
  const footnote = /footnote\[@id='F(\d+)'\]/.exec(path);
  if (footnote) return { place: "Explanation of responses", what: `Footnote ${footnote[1]}` };
  const rest = path.slice(ROOT.length);
  const part = /^(reportingOwner|ownerSignature)(?:\[(\d+)\])?\/(?:\w+\/)?(\w+)$/.exec(rest);
  if (part) {
    const of = part[1] === "reportingOwner" ? "Reporting person" : "Signature";
    return { place: `${of} ${part[2] || 1}`, what: LABELS[part[3]] || part[3] };
  }
  return { place: rest === "remarks" ? "Explanation of responses" : "Header", what: LABELS[rest] || rest };
}
const fullLabel = (path) => {
  const l = fieldLabel(path);
  return `${l.place}: ${l.what}`;
};

/* The field's name as the terminal and NAME.json have it, without what is the same in all. */
function shortPath(path) {
  const steps = path.replace("/ownershipDocument/", "").split("/").filter((s) => s !== "value");
  if (steps.length > 2 && steps[0].endsWith("Table")) return `${steps[1]}/${steps[steps.length - 1]}`;
  return steps.length > 2 ? `${steps[0]}/${steps[steps.length - 1]}` : steps.join("/");
}
const pathName = (path) => h("p", { class: "path", title: path }, shortPath(path));

const NUMBERS = /(Shares|sharesOwnedFollowingTransaction)\/value$/;
const PRICES = /(Price|PricePerShare|TotalValue|SecurityValue|valueOwnedFollowingTransaction)\/value$/;
const FLAGS =
  /(isDirector|isOfficer|isTenPercentOwner|isOther|notSubjectToSection16|aff10b5One|equitySwapInvolved|noSecuritiesOwned|form3HoldingsReported|form4TransactionsReported|individualFiling|jointGroupFiling)$/;

function grouped(text) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const decimals = (match[3] || "").replace(/0+$/, "");
  return match[1] + match[2].replace(/\B(?=(\d{3})+$)/g, ",") + (decimals ? "." + decimals : "");
}

/* A value as the form prints it. */
function printed(path, value) {
  if (value === null || value === undefined || value === "") return "";
  if (PRICES.test(path)) return "$" + grouped(value);
  if (NUMBERS.test(path)) return grouped(value);
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  if (date) return `${date[2]}/${date[3]}/${date[1]}`;
  if (path.endsWith(SWAP)) return value === "1" ? "/K" : "no /K";
  if (FLAGS.test(path)) return value === "1" ? "☒ yes" : "☐ no";
  if (path.endsWith("]/footnoteId"))
    return value
      .split(" ")
      .map((f) => `(${f.slice(1)})`)
      .join("");
  if (path.endsWith(FORM_TYPE)) return value === "5" ? "V" : "not early";
  return value;
}

/* What a person types, as the XML writes it; null where it cannot be read as the field's kind. */
function unprinted(path, text) {
  const typed = text.trim();
  if (typed === "") return "";
  if (PRICES.test(path) || NUMBERS.test(path)) {
    const number = /^\$?\s?(-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)$/.exec(typed);
    return number && /\d/.test(number[1]) ? number[1].replace(/,/g, "") : null;
  }
  if (/(Date\/value|Date|periodOfReport|dateOfOriginalSubmission)$/.test(path)) {
    const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed);
    const iso = us ? `${us[3]}-${us[1].padStart(2, "0")}-${us[2].padStart(2, "0")}` : typed;
    const date = new Date(iso + "T00:00:00Z");
    return /^\d{4}-\d\d-\d\d$/.test(iso) && !isNaN(date) && date.toISOString().startsWith(iso) ? iso : null;
  }
  if (FLAGS.test(path)) {
    if (/^(1|x|yes|true|☒ yes|\/?k)$/i.test(typed)) return "1";
    return /^(0|no|false|-|☐ no|no \/k)$/i.test(typed) ? "0" : null;
  }
  if (path.endsWith("]/footnoteId")) {
    const ids = [...typed.matchAll(/\d+/g)].map((m) => +m[0]);
    if (!/^[\sF\d(),]+$/i.test(typed) || !ids.length || ids.some((n) => n < 1 || n > 99)) return null;
    return ids
      .sort((a, b) => a - b)
      .map((n) => "F" + n)
      .join(" ");
  }
  if (path.endsWith(FORM_TYPE)) return /^v$|^5$/i.test(typed) ? "5" : /^(4|-|not early)$/i.test(typed) ? "4" : null;
  return typed;
}

/* All values that a field can have, where they are few. */
function possible(path) {
  if (FLAGS.test(path)) return ["1", "0"];
  if (path.endsWith(FORM_TYPE)) return ["5", "4"];
  if (path.endsWith(CODE_AD)) return ["A", "D"];
  return path.endsWith(FORM) ? ["D", "I"] : [];
}

/* 99.93 %, rounded; what is not certain never reads 100 %. */
function percent(confidence) {
  if (confidence >= 1) return "100 %";
  const digits = confidence >= 0.99 ? 2 : confidence >= 0.9 ? 1 : 0;
  const rounded = (confidence * 100).toFixed(digits);
  return +rounded >= 100 ? "> 99.99 %" : `${rounded} %`;
}

const LEVELS = [
  [0.99, "sure", "99 % or more"],
  [0.9, "fair", "90–99 %"],
  [0.5, "doubt", "50–90 %"],
  [-1, "poor", "below 50 %"],
];
/* The step of the confidence scale that colours a field. */
function level(field) {
  if (field.status === "corrected") return "corrected";
  return LEVELS.find(([least]) => field.confidence >= least)[1];
}
const STATUS_SIGN = { accepted: "✓", review: "?", corrected: "✎" };
const STATUS_WORD = { accepted: "accepted", review: "for review", corrected: "decided by a person" };

const plural = (n, one, many) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many || one + "s"}`;
