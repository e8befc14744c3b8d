// The series of each sender and host: claims as marks, best estimates with bands, gaps.

const FEW = 6;
const charts = { all: false, marks: [] };

// Paths of marks around the origin, each with a radius of about 4.
const SHAPES = {
  o: "M-3.6 0A3.6 3.6 0 1 1 3.6 0A3.6 3.6 0 1 1 -3.6 0Z",
  s: "M-3.2 -3.2H3.2V3.2H-3.2Z",
  "^": "M0 -4.2L4 3.2H-4Z",
  v: "M0 4.2L4 -3.2H-4Z",
  D: "M0 -4.4L4.4 0L0 4.4L-4.4 0Z",
  P: "M-1.4 -4H1.4V-1.4H4V1.4H1.4V4H-1.4V1.4H-4V-1.4H-1.4Z",
  X: "M-4 -2L-2 -4L0 -2L2 -4L4 -2L2 0L4 2L2 4L0 2L-2 4L-4 2L-2 0Z",
  "*": "M0 -5L1.2 -1.6L4.8 -1.5L1.9 0.6L2.9 4L0 2L-2.9 4L-1.9 0.6L-4.8 -1.5L-1.2 -1.6Z",
  _: "M-5 -1H5V1H-5Z",
  p: "M0 -4.4L4.2 -1.4L2.6 3.6H-2.6L-4.2 -1.4Z",
  h: "M-2.2 -3.8H2.2L4.4 0L2.2 3.8H-2.2L-4.4 0Z",
  ".": "M-2 0A2 2 0 1 1 2 0A2 2 0 1 1 -2 0Z",
};
const markOf = (basis) => data.marks[basis] || [".", "#777777"];

function shape(basis, x, y, scale = 1) {
  const [kind, colour] = markOf(basis);
  const node = svg("path", {
    d: SHAPES[kind] || SHAPES["."], class: "mark",
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale})`,
  });
  node.style.setProperty("--own", colour);
  return node;
}

// The selected pairs of sender and host, the largest first.
function dyads() {
  const heaviest = (rows) => Math.max(...rows.map((at) => {
    const value = ["personnel", "low", "last_total"].map((name) => presence.get(name)[at]).find((one) => one !== null) ?? -1;
    return !state.host && presence.get("year")[at] !== state.year ? -1 : value;
  }));
  const found = [];
  for (const [key, rows] of presenceOf) {
    const [sender, host] = key.split("|");
    if ((state.host && host !== state.host) || (state.sender && sender !== state.sender)) continue;
    found.push({ key, sender, host, rows, weight: heaviest(rows) });
  }
  return found.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
}

// The years that series and timeline share, those of the selection.
function domain(chosen) {
  if (!state.host && !state.sender) return [Math.max(span[0], state.since), span[1]];
  const years = chosen.flatMap(({ rows }) => rows.map((at) => presence.get("year")[at]));
  const first = years.reduce((a, b) => Math.min(a, b), span[1] - 10);
  return [Math.max(span[0], first, state.since), span[1]];
}

function drawSeries() {
  const chosen = dyads();
  charts.domain = domain(chosen);
  const only = chosen.length === 1;
  const shown = charts.all ? chosen.slice(0, 120) : chosen.slice(0, FEW);
  const box = $("series");
  box.classList.toggle("one", only);
  const room = Math.max(260, box.clientWidth);
  const columns = Math.min(shown.length || 1, Math.max(1, Math.floor((room + 20) / 360)));
  const wide = Math.floor((room - 20 * (columns - 1)) / columns);
  charts.marks = [];
  charts.used = new Set();
  box.replaceChildren(...shown.map((dyad) => chart(dyad, wide, only)));
  const rest = chosen.length - shown.length;
  $("more-series").hidden = chosen.length <= FEW;
  $("more-series").textContent = charts.all ? "Show fewer" : `Show ${rest > 114 ? "114 of the " : ""}${plural(rest, "more series", "more series")}`;
  $("series-lead").textContent = chosen.length
    ? `${plural(chosen.length, "pair")} of sender and host${state.host ? "" : `, by strength in ${state.year}`}. Each chart has its own scale. Marks are the claims that the best estimate may rest on.`
    : "No series.";
  legendOfSeries();
}

function roundUp(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= most * 1.02) || most;
}

function chart({ key, sender, host, rows }, wide, only) {
  const high = only ? 280 : 170;
  const pad = { left: 54, right: 12, top: 12, bottom: 22 };
  const [first, last] = charts.domain;
  const years = rows.map((at) => presence.row(at)).filter((row) => row.year >= first);
  const counted = (claimsOf.get(key) || []).filter((at) => claims.get("counted")[at] && claims.get("day")[at] !== null)
    .map((at) => claims.row(at));
  const values = [
    ...years.flatMap((row) => [row.personnel, row.low, row.high, row.assigned]),
    ...counted.flatMap((row) => [row.personnel, row.personnel_low, row.personnel_high]),
  ].filter((value) => value !== null);
  const top = roundUp(Math.max(0, ...values));
  const x = (year) => pad.left + ((year - first) / (last + 1 - first)) * (wide - pad.left - pad.right);
  const y = (value) => high - pad.bottom - (value / top) * (high - pad.top - pad.bottom);
  const name = state.host && !state.sender ? nameOf(sender)
    : state.sender && !state.host ? nameOf(host) : `${nameOf(sender)} in ${inside(host)}`;
  const view = svg("svg", {
    viewBox: `0 0 ${wide} ${high}`, class: "chart", role: "group",
    "aria-label": `${nameOf(sender)} in ${inside(host)}, ${first} to ${last}: ${plural(counted.length, "claim")}. Arrow keys step through the best estimates and claims.`,
  });
  view.append(axes(first, last, top, x, y, wide, high, pad), ...bands(years, x, y), ...assignedSteps(years, x, y, high, pad), ...steps(years, x, y));
  const marks = svg("g");
  const items = [];
  // Many marks are drawn smaller, so that they do not hide the line.
  const scale = (wide / Math.max(1, counted.length)) < 8 ? 0.65 : 1;
  for (const row of counted) items.push(...claimMarks(row, x, y, marks, scale));
  for (const row of years) {
    const node = estimateMark(row, x, y);
    items.push({ at: row.year + 0.5, node, lines: () => estimateTooltip(row), press: () => change({ year: row.year }) });
    marks.prepend(node);
  }
  const line = svg("line", { class: "now", y1: pad.top - 6, y2: high - pad.bottom });
  view.append(flags(sender, host, first, x, pad, high, items), line, marks);
  items.sort((a, b) => a.at - b.at);
  arrowNavigation(view, items);
  charts.marks.push({ line, x });
  const head = html("button", { type: "button", class: "plain" }, name);
  head.addEventListener("click", () => change({ sender, host }));
  const whole = html("figure", { "data-dyad": key }, html("figcaption", {}, only ? html("b", {}, name) : head), view);
  whole.style.width = `${wide}px`;
  return whole;
}

function axes(first, last, top, x, y, wide, high, pad) {
  const group = svg("g", { class: "axes", "aria-hidden": "true" });
  for (const value of [0, top / 2, top]) {
    if (!Number.isInteger(value)) continue;
    group.append(
      svg("line", { x1: pad.left, x2: wide - pad.right, y1: y(value), y2: y(value), class: value ? "grid" : "base-line" }),
      svg("text", { x: pad.left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)),
    );
  }
  for (const year of ticks(first, last, (wide - pad.left - pad.right) / 56)) {
    group.append(
      svg("line", { x1: x(year), x2: x(year), y1: high - pad.bottom, y2: high - pad.bottom + 4, class: "base-line" }),
      svg("text", { x: x(year), y: high - 5, "text-anchor": "middle" }, String(year)),
    );
  }
  return group;
}

function ticks(first, last, most) {
  const step = [1, 2, 5, 10, 20, 25, 50].find((one) => (last - first) / one <= most) || 50;
  const found = [];
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) found.push(year);
  return found;
}

// From low to high of each year, merged over equal years; years without both leave a gap.
function bands(years, x, y) {
  const spans = [];
  for (const { year, low, high, personnel } of years) {
    if (low === null || high === null || high <= low) continue;
    const open = personnel === null;
    const before = spans.at(-1);
    const same = before?.to === year && before.low === low && before.high === high && before.open === open;
    if (same) before.to = year + 1;
    else spans.push({ from: year, to: year + 1, low, high, open });
  }
  return spans.map(({ from, to, low, high, open }) => svg("rect", {
    x: x(from), width: Math.max(1, x(to) - x(from)), y: y(high),
    height: Math.max(1, y(low) - y(high)), class: open ? "band open" : "band",
  }));
}

// A level for each year with a figure, joined between consecutive years; an arrow up from the low
// of a year that has neither a figure nor a high.
function steps(years, x, y) {
  const least = years.filter((row) => row.personnel === null && row.high === null && row.low > 0).map((row) => {
    const [left, right, level] = [x(row.year), x(row.year + 1), y(row.low)];
    const [middle, wing] = [(left + right) / 2, Math.min(3, (right - left) / 3)];
    return `M${left.toFixed(1)} ${level.toFixed(1)}H${right.toFixed(1)}M${middle.toFixed(1)} ${level.toFixed(1)}v-10m${-wing} 4l${wing} -4l${wing} 4`;
  });
  const best = levels(years, "personnel", () => false, x, y);
  return [svg("path", { d: best, class: "best" }), svg("path", { d: least.join(""), class: "least" })];
}

// The stationing series, where it differs from the estimate: never joined with it, and interrupted
// where it begins to count otherwise.
function assignedSteps(years, x, y, high, pad) {
  if (!years.some((row) => row.assigned !== null && row.assigned !== row.personnel)) return [];
  const breaks = years.filter((row) => row.series_break).map((row) =>
    svg("line", { x1: x(row.year), x2: x(row.year), y1: pad.top, y2: high - pad.bottom, class: "series-break" }));
  return [...breaks, svg("path", { d: levels(years, "assigned", (row) => row.series_break, x, y), class: "assigned" })];
}

function levels(years, name, apart, x, y) {
  const paths = [];
  let before = null;
  for (const row of years) {
    if (row[name] === null) {
      before = null;
      continue;
    }
    const level = y(row[name]);
    if (before && before.year === row.year - 1 && !apart(row)) {
      paths.push(`M${x(row.year).toFixed(1)} ${y(before[name]).toFixed(1)}V${level.toFixed(1)}`);
    }
    paths.push(`M${x(row.year).toFixed(1)} ${level.toFixed(1)}H${x(row.year + 1).toFixed(1)}`);
    before = row;
  }
  return paths.join("");
}

function estimateMark(row, x, y) {
  const [left, right] = [x(row.year), x(row.year + 1)];
  const value = row.personnel ?? (row.low > 0 ? row.low : row.high);
  const silent = value === null;
  const node = svg("g", { class: "estimate" });
  node.append(svg("rect", { x: left, width: right - left, y: silent ? y(0) - 14 : y(value) - 7, height: 14, class: "catch" }));
  if (row.grade === "E") {
    node.append(svg("path", { d: `M${left + 1} ${y(0) - 3}H${right - 1}`, class: "there" }));
  }
  return withTooltip(node, () => estimateTooltip(row));
}

function claimMarks(row, x, y, group, scale) {
  const at = yearOf(row.day);
  const [low, high] = [row.personnel_low, row.personnel_high];
  const middle = row.personnel ?? (low !== null && high !== null ? (low + high) / 2 : low ?? high);
  if (middle === null || at < charts.domain[0]) return [];
  charts.used.add(row.basis);
  const node = svg("g", {});
  if (low !== null && high !== null && high > low) {
    node.append(svg("line", { x1: x(at), x2: x(at), y1: y(low), y2: y(high), class: "bounds" }));
  }
  node.append(shape(row.basis, x(at), y(middle), scale));
  group.append(withTooltip(node, () => claimTooltip(row)));
  return [{ at, node, lines: () => claimTooltip(row), press: () => change({ year: Math.floor(at) }) }];
}

// Events of the pair as vertical lines with a marker at the top.
function flags(sender, host, first, x, pad, high, items) {
  const group = svg("g", { class: "flags" });
  for (let at = 0; at < events.length; at += 1) {
    const who = events.get("sender")[at];
    if (events.get("host")[at] !== host || (who !== null && who !== sender)) continue;
    if (events.get("status")[at] !== "accepted" || events.get("date")[at] === null) continue;
    const when = yearOf(events.get("date")[at]);
    if (when < first) continue;
    const row = events.row(at);
    const node = svg("g", {},
      svg("line", { x1: x(when), x2: x(when), y1: pad.top, y2: high - pad.bottom, class: "event" }),
      svg("path", { d: `M${x(when) - 4} ${pad.top - 8}h8l-4 7z`, class: "event-head" }));
    group.append(withTooltip(node, () => eventTooltip(row)));
    items.push({ at: when, node, lines: () => eventTooltip(row) });
  }
  return group;
}

function legendOfSeries() {
  const keys = [...charts.used].sort().map((basis) => html("span", { class: "key", title: data.definitions.basis[basis] || null },
    svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, shape(basis, 0, 0)), label("basis", basis)));
  const sample = (kind, d, text) => html("span", { class: "key" },
    svg("svg", { width: 22, height: 14, "aria-hidden": "true" }, svg("path", { d, class: kind })), text);
  $("series-legend").replaceChildren(...keys,
    sample("best", "M1 7H21", "Best estimate of everyone there"),
    sample("assigned", "M1 7H21", "Assigned: stationing series as printed"),
    sample("least", "M1 11H21M11 11V2M8 5L11 2L14 5", "At least: no figure"),
    sample("band", "M1 2H21V12H1Z", "Low to high"),
    sample("band open", "M1 2H21V12H1Z", "Low to high, no figure"),
    sample("there", "M1 10H21", "Present, number unknown"),
    sample("event-head", "M7 3h8l-4 7z", "Event"),
    html("span", { class: "key" }, "Nothing drawn: no claim, which does not mean none"));
}

function markYear() {
  for (const { line, x } of charts.marks) {
    const at = x(state.year + 0.5).toFixed(1);
    line.setAttribute("x1", at);
    line.setAttribute("x2", at);
    line.style.display = state.year < charts.domain[0] ? "none" : "";
  }
}
