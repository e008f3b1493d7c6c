/* Three small charts, drawn as SVG. Colours come from the page's styles. */

function s(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(props || {}))
    if (value !== null && value !== undefined) node.setAttribute(key, value);
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined));
  return node;
}

const binName = (bin) => (bin.high >= 1 ? `${bin.low}–1` : `${bin.low}–${bin.high}`);

/* How many fields have which confidence; square-root heights, or the few doubtful ones could not be seen. */
function histogram(bins) {
  const width = 460,
    height = 220,
    left = 8,
    bottom = 44,
    top = 22;
  const most = Math.max(1, ...bins.map((b) => b.accepted + b.review + b.corrected));
  const step = (width - left * 2) / bins.length;
  const tall = (n) => Math.sqrt(n / most) * (height - bottom - top);
  const bars = bins.map((bin, i) => {
    const total = bin.accepted + bin.review + bin.corrected;
    const x = left + i * step + 3,
      w = step - 6;
    let y = height - bottom;
    const parts = ["accepted", "corrected", "review"].map((status) => {
      if (!bin[status]) return null;
      const part = (tall(total) * bin[status]) / total;
      y -= part;
      return s(
        "rect",
        { class: `bar ${status}`, x, y, width: w, height: Math.max(part, 0.8) },
        s("title", {}, `${binName(bin)}: ${bin[status]} ${STATUS_WORD[status]}`),
      );
    });
    return s(
      "g",
      {},
      parts,
      total
        ? s("text", { class: "count", x: x + w / 2, y: y - 5, "text-anchor": "middle" }, total.toLocaleString("en-US"))
        : null,
      s(
        "text",
        { class: "tick", x: x - 3, y: height - bottom + 15, "text-anchor": i ? "middle" : "start" },
        String(bin.low),
      ),
    );
  });
  const text = bins.map((b) => `${binName(b)}: ${b.accepted + b.review + b.corrected}`).join("; ");
  return s(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Fields by confidence. ${text}` },
    s("line", { class: "axis", x1: left, x2: width - left, y1: height - bottom, y2: height - bottom }),
    bars,
    s("text", { class: "tick", x: width - left, y: height - bottom + 15, "text-anchor": "end" }, "1"),
    s(
      "text",
      { class: "label", x: width / 2, y: height - 8, "text-anchor": "middle" },
      "confidence (steps get finer towards 1)",
    ),
  );
}

/* Said against found, on a scale of wrong ones: 0.9, 0.99 and 0.999 are equally far apart. */
function reliabilityPlot(points) {
  const width = 460,
    height = 260,
    left = 52,
    bottom = 46,
    top = 12,
    right = 14;
  const least = 0.0003;
  const at = (share) => Math.log10(Math.max(least, 1 - share)) / Math.log10(least);
  const x = (share) => left + at(share) * (width - left - right);
  const y = (share) => height - bottom - at(share) * (height - bottom - top);
  const ticks = [0, 0.5, 0.9, 0.97, 0.99, 0.997, 0.999];
  const grid = ticks.map((t) => [
    s("line", { class: "grid", x1: x(t), x2: x(t), y1: top, y2: height - bottom }),
    s("line", { class: "grid", x1: left, x2: width - right, y1: y(t), y2: y(t) }),
    s("text", { class: "tick", x: x(t), y: height - bottom + 15, "text-anchor": "middle" }, String(t)),
    s("text", { class: "tick", x: left - 6, y: y(t) + 4, "text-anchor": "end" }, String(t)),
  ]);
  const marks = points.map((p) =>
    s(
      "g",
      {},
      s("title", {}, `said ${p.said}, found ${p.found} of ${p.count} (95 %: ${p.low} to ${p.high})`),
      s("line", { class: "whisker", x1: x(p.said), x2: x(p.said), y1: y(p.low), y2: y(p.high) }),
      s("circle", { class: "point", cx: x(p.said), cy: y(p.found), r: Math.min(8, 3 + Math.log10(p.count)) }),
    ),
  );
  const text = points.map((p) => `said ${p.said}, found ${p.found} of ${p.count}`).join("; ");
  return s(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `Reliability. ${text || "No points yet."}`,
    },
    grid,
    s("line", { class: "ideal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    marks,
    s(
      "text",
      { class: "label", x: (left + width - right) / 2, y: height - 8, "text-anchor": "middle" },
      "confidence said",
    ),
    s(
      "text",
      {
        class: "label",
        x: 12,
        y: height / 2 - 16,
        "text-anchor": "middle",
        transform: `rotate(-90 12 ${height / 2 - 16})`,
      },
      "share found right",
    ),
  );
}

/* Seconds of every document as a strip of lines, with the median and the slowest named. */
function timeStrip(seconds) {
  const width = 940,
    height = 66,
    left = 8;
  const sorted = [...seconds].sort((a, b) => a - b);
  const most = sorted.at(-1) || 1;
  const x = (v) => left + (v / most) * (width - 2 * left);
  const median = sorted[Math.floor(sorted.length / 2)];
  return s(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `Seconds per document: median ${median.toFixed(1)}, slowest ${most.toFixed(1)}`,
    },
    s("line", { class: "axis", x1: left, x2: width - left, y1: 40, y2: 40 }),
    sorted.map((v) => s("line", { class: "stroke", x1: x(v), x2: x(v), y1: 18, y2: 40 })),
    s("line", { class: "median", x1: x(median), x2: x(median), y1: 12, y2: 44 }),
    s("text", { class: "tick", x: left, y: 58, "text-anchor": "start" }, "0 s"),
    s(
      "text",
      { class: "tick", x: Math.min(width - 90, Math.max(60, x(median))), y: 58, "text-anchor": "middle" },
      `median ${median.toFixed(1)} s`,
    ),
    s("text", { class: "tick", x: width - left, y: 58, "text-anchor": "end" }, `slowest ${most.toFixed(1)} s`),
  );
}
