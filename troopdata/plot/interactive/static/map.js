// The map: land shaded by the best estimates of the year, with the bases in use.

const map = { zoom: null, land: [], size: [0, 0] };

// The answer for each host in a year: the sum over senders, or the estimate of one sender.
function answersIn(year, sender) {
  const found = new Map();
  for (const at of presenceIn.get(year) || []) {
    if (sender && presence.get("sender")[at] !== sender) continue;
    const host = presence.get("host")[at];
    if (!found.has(host)) found.set(host, { rows: [] });
    found.get(host).rows.push(at);
  }
  for (const [host, one] of found) {
    const whole = sender ? presence.row(one.rows[0]) : sumOf("host", host, year);
    one.sum = sender ? null : whole;
    one.personnel = whole ? whole.personnel : null;
    one.low = whole ? whole.low : null;
    one.present = one.rows.some((at) => presence.get("grade")[at] === "E");
    one.zero = one.rows.some((at) => presence.get("personnel")[at] === 0);
  }
  return found;
}

const everHosts = new Set(presence.get("host"));
const hostsOf = new Map([...presence.by(of(presence, "sender"))].map(([sender, rows]) =>
  [sender, new Set(rows.map((at) => presence.get("host")[at]))]));
const hostsOfChoice = () => (state.sender ? hostsOf.get(state.sender) || new Set() : everHosts);

// How a host is shaded: the class of its figure ("c3"), or of its low ("l3": at least).
function lookOf(code, answers) {
  const one = code === null ? undefined : answers.get(code);
  if (!one) return code !== null && hostsOfChoice().has(code) ? "silent" : "none";
  const people = one.personnel ?? one.low ?? 0;
  if (people > 0) {
    const at = data.ramp.filter(([from]) => people >= from).length - 1;
    return `${one.personnel === null ? "l" : "c"}${at}`;
  }
  if (one.present) return "present";
  return one.zero ? "zero" : "silent";
}

const byNumber = (a, b) => (b.personnel ?? b.low ?? -1) - (a.personnel ?? a.low ?? -1) ||
  (b.last_total ?? -1) - (a.last_total ?? -1) || (a.grade ?? "F").localeCompare(b.grade ?? "F");

function hostTooltip(code, name) {
  const one = code === null ? undefined : map.answers.get(code);
  const head = `${name || nameOf(code)}, ${state.year}`;
  if (!one) return [head, hostsOfChoice().has(code) ? "No claim for this year" : noClaim()];
  const rows = one.rows.map((at) => presence.row(at)).sort(byNumber);
  const known = rows.filter((row) => row.state !== "unknown");
  return [
    head,
    rows.length > 1 ? sumText(one.sum, "sender") : "",
    ...(known.length ? known : rows).slice(0, 6).map((row) => {
      const who = counters(row);
      return `${nameOf(row.sender)}: ${answer(row)}${who ? ` (${who})` : ""}`;
    }),
    known.length > 6 ? `and ${plural(known.length - 6, "other sender")}` : "",
  ];
}

function noClaim() {
  if (state.sender) return `No claim about ${nameOf(state.sender)}`;
  return data.hosts.length ? "Not on this page" : "No claim for any year";
}

function drawMap() {
  const wide = Math.max(280, $("map").clientWidth);
  const high = Math.round(wide * (map.zoom ? 0.72 : 0.46));
  map.size = [wide, high];
  map.project = projection(map.zoom, wide, high);
  map.land = LAND.map((area) => {
    const { path, box, visible } = outline(area, map.project, map.size);
    const node = svg("path", { d: path, class: "land", "data-country": area.country });
    const [x, y] = map.project(...area.centre);
    const small = visible && Math.max(box[2] - box[0], box[3] - box[1]) < 7;
    const dot = small ? svg("circle", { cx: x, cy: y, r: 3.2, class: "land" }) : null;
    return { area, node, dot, visible, x, y, box };
  });
  const view = svg("svg", {
    viewBox: `0 0 ${wide} ${high}`, role: "application", tabindex: 0, id: "map-view",
    "aria-label": "Map of hosts. Arrow keys move from country to country, Enter selects one, Escape shows the world.",
  });
  view.append(
    patterns(),
    svg("rect", { width: wide, height: high, class: "sea" }),
    svg("g", {}, ...map.land.map((one) => one.node)),
    svg("g", {}, ...map.land.map((one) => one.dot)),
    svg("g", { class: "names", id: "names", "aria-hidden": "true" }),
    svg("g", { id: "bases" }),
  );
  for (const one of map.land) {
    for (const node of [one.node, one.dot]) {
      if (!node) continue;
      withTooltip(node, () => hostTooltip(one.area.country, one.area.name));
      if (one.area.country && hostKnown(one.area.country)) {
        node.classList.add("choice");
        node.addEventListener("click", () => change({ host: one.area.country }));
      }
    }
  }
  view.addEventListener("keydown", mapKeys);
  view.addEventListener("blur", () => {
    markLand(null);
    hide();
  });
  $("map").replaceChildren(view);
  view.classList.toggle("near", Boolean(map.zoom));
  map.named = [];
  $("names").replaceChildren(...namesOfLand());
  colourMap();
}

function patterns() {
  const hatch = (id, ...lines) =>
    svg("pattern", { id, width: 5, height: 5, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: 5, height: 5, class: "ground" }),
      ...lines.map((d) => svg("path", { d, class: "hatch" })));
  // Lines over the colour of a class: at least so many.
  const least = data.ramp.map((_, at) =>
    svg("pattern", { id: `l${at}`, width: 5, height: 5, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: 5, height: 5, class: `tile-${at}` }), svg("path", { d: "M-1 6L6 -1", class: "floor" })));
  return svg("defs", {},
    hatch("silent", "M-1 6L6 -1"), hatch("present", "M-1 6L6 -1", "M-1 -1L6 6"), ...least);
}

// A name for each country when zoomed in, on its own visible land.
function namesOfLand() {
  if (!map.zoom) return [];
  const taken = map.named;
  return map.land.flatMap(({ area, node, visible, box }) => {
    if (!visible) return [];
    const spot = spotOn(node, box);
    const long = area.name.length * 7;
    if (!spot || spot.room < long * 0.75) return [];
    const x = Math.max(long / 2 + 4, Math.min(spot.x, map.size[0] - long / 2 - 4));
    const frame = [x - long / 2, spot.y - 9, long, 16];
    if (taken.some((one) => overlap(one, frame))) return [];
    taken.push(frame);
    return [svg("text", { x, y: spot.y + 4, "text-anchor": "middle" }, area.name)];
  });
}

// A point well inside the visible part of a country: the middle of its longest west-east section,
// preferring sections near the middle of its height.
function spotOn(node, box) {
  const [left, right] = [Math.max(box[0], 0), Math.min(box[2], map.size[0])];
  const [top, bottom] = [Math.max(box[1], 8), Math.min(box[3], map.size[1] - 8)];
  let best = null;
  for (let row = 1; row < 10; row += 1) {
    const y = top + ((bottom - top) * row) / 10;
    const fair = 1 - Math.abs(row - 5) / 14;
    for (let column = 0, begun = null; column <= 30; column += 1) {
      const x = left + ((right - left) * column) / 30;
      const within = column < 30 && node.isPointInFill(new DOMPoint(x, y));
      if (within && begun === null) begun = x;
      if (within || begun === null) continue;
      const room = x - begun;
      if (best === null || room * fair > best.worth) best = { x: (begun + x) / 2, y, room, worth: room * fair };
      begun = null;
    }
  }
  return best;
}

const overlap = (a, b) =>
  a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];

function colourMap() {
  map.answers = answersIn(state.year, state.sender);
  const counts = new Map();
  for (const { area, node, dot } of map.land) {
    const look = lookOf(area.country, map.answers);
    counts.set(look, (counts.get(look) || 0) + 1);
    for (const one of [node, dot]) {
      if (!one) continue;
      one.dataset.look = look;
      one.classList.toggle("chosen", Boolean(area.country) && area.country === state.host);
    }
  }
  drawBases();
  drawLegend(counts);
  drawOffMap();
}

function markLand(one) {
  map.current?.node.classList.remove("current");
  map.current?.dot?.classList.remove("current");
  map.current = one;
  one?.node.classList.add("current");
  one?.dot?.classList.add("current");
}

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function mapKeys(event) {
  if (event.key === "Escape") return change({ host: "" });
  if (event.key === "Enter" && map.current?.area.country && hostKnown(map.current.area.country)) {
    event.preventDefault();
    return change({ host: map.current.area.country });
  }
  const step = STEPS[event.key];
  if (!step) return undefined;
  event.preventDefault();
  const seen = map.land.filter((one) => one.area.country && one.visible &&
    one.x >= 0 && one.y >= 0 && one.x <= map.size[0] && one.y <= map.size[1]);
  const from = map.current || { x: map.size[0] / 2, y: map.size[1] / 2 };
  let best = null;
  for (const one of seen) {
    if (one === map.current) continue;
    const [dx, dy] = [one.x - from.x, one.y - from.y];
    const ahead = dx * step[0] + dy * step[1];
    const aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
    if (ahead <= 0.5) continue;
    const cost = ahead + 2.2 * aside;
    if (best === null || cost < best.cost) best = { one, cost };
  }
  if (best === null && !map.current) best = { one: seen[0] };
  if (!best?.one) return undefined;
  markLand(best.one);
  const lines = hostTooltip(best.one.area.country, best.one.area.name);
  const box = $("map-view").getBoundingClientRect();
  show(lines, box.left + best.one.x, box.top + best.one.y);
  announce(lines);
  return undefined;
}

function zoomTo(host) {
  map.zoom = host ? boxOf(host) : null;
}

function zoomBy(factor) {
  const box = map.zoom || [-100, -50, 100, 75];
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const [wide, high] = [(box[2] - box[0]) * factor, (box[3] - box[1]) * factor];
  map.zoom = wide > 210 || high > 130 ? null
    : [middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2];
  drawMap();
}
