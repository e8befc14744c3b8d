// The map: land coloured by the best estimates of the year, and the bases in use in it.

const LAND = data.land.areas.map((area) => ({
  ...area,
  rings: area.rings.map((ring) => {
    const points = new Float64Array(ring.length);
    for (let at = 0, x = 0, y = 0; at < ring.length; at += 2) {
      x += ring[at];
      y += ring[at + 1];
      points[at] = x / data.land.scale;
      points[at + 1] = y / data.land.scale;
    }
    return points;
  }),
}));
for (const area of LAND) {
  area.largest = area.rings.reduce((best, ring) => {
    const size = Math.abs(surface(ring));
    return size > best.size ? { size, ring } : best;
  }, { size: -1, ring: area.rings[0] });
  area.centre = centroid(area.largest.ring);
}
const areaOf = new Map(LAND.filter((area) => area.country).map((area) => [area.country, area]));

function surface(ring) {
  let sum = 0;
  for (let at = 0, n = ring.length; at < n; at += 2) {
    const next = (at + 2) % n;
    sum += ring[at] * ring[next + 1] - ring[next] * ring[at + 1];
  }
  return sum / 2;
}

function centroid(ring) {
  const [x0, y0] = ring;
  let [x, y, whole] = [0, 0, 0];
  for (let at = 0, n = ring.length; at < n; at += 2) {
    const next = (at + 2) % n;
    const cross = (ring[at] - x0) * (ring[next + 1] - y0) - (ring[next] - x0) * (ring[at + 1] - y0);
    x += (ring[at] + ring[next] - 2 * x0) * cross;
    y += (ring[at + 1] + ring[next + 1] - 2 * y0) * cross;
    whole += cross;
  }
  return whole ? [x0 + x / (3 * whole), y0 + y / (3 * whole)] : [x0, y0];
}

// Equal Earth (Šavrič, Patterson and Jenny, 2018) for the world; nearer, degrees of longitude as
// long as they are in the middle of the view.
const EARTH = [1.340264, -0.081106, 0.000893, 0.003796];
function equalEarth(longitude, latitude) {
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const [a, b, c, d] = EARTH;
  const q = t * t;
  const r = q * q * q;
  const x = (2 * Math.sqrt(3) * longitude * (Math.PI / 180) * Math.cos(t)) /
    (3 * (9 * d * r * q + 7 * c * r + 3 * b * q + a));
  return [x, t * (d * r * q + c * r + b * q + a)];
}

const map = { zoom: null, land: [], size: [0, 0] };
const WORLD = [-180, -57, 180, 84];

// What a host's map must show: its own land, and its bases.
function boxOf(host) {
  const area = areaOf.get(host);
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const widen = (x, y) => {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  for (const ring of area ? area.rings : []) {
    if (Math.abs(surface(ring)) < 0.05 * area.largest.size) continue;
    for (let at = 0; at < ring.length; at += 2) widen(ring[at], ring[at + 1]);
  }
  bases.get("host").forEach((where, at) => {
    if (where === host && bases.get("longitude")[at] !== null) {
      widen(bases.get("longitude")[at], bases.get("latitude")[at]);
    }
  });
  return box[2] - box[0] > 200 || box[0] > box[2] ? null : box;
}

function projection(box, wide, high) {
  if (box === null) {
    const edge = equalEarth(180, 0)[0];
    const [south, north] = [equalEarth(0, WORLD[1])[1], equalEarth(0, WORLD[3])[1]];
    const scale = Math.min(wide / (2 * edge), high / (north - south));
    return (longitude, latitude) => {
      const [x, y] = equalEarth(longitude, latitude);
      return [wide / 2 + x * scale, (north - y) * scale + (high - (north - south) * scale) / 2];
    };
  }
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const narrow = Math.max(Math.cos((middle[1] * Math.PI) / 180), 0.15);
  const [across, tall] = [Math.max(box[2] - box[0], 0.6) * narrow, Math.max(box[3] - box[1], 0.6)];
  const scale = Math.min(wide / (across * 1.35), high / (tall * 1.25));
  return (longitude, latitude) => [
    wide / 2 + (longitude - middle[0]) * narrow * scale,
    high / 2 - (latitude - middle[1]) * scale,
  ];
}

// A path in tenths of a pixel, without points that nobody could tell apart, and its bounds.
function outline(area, project, [wide, high]) {
  let path = "";
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of area.rings) {
    let [line, lastX, lastY, seen] = ["", NaN, NaN, 0];
    for (let at = 0; at < ring.length; at += 2) {
      const [px, py] = project(ring[at], ring[at + 1]);
      const [x, y] = [Math.round(px * 2) / 2, Math.round(py * 2) / 2];
      if (x === lastX && y === lastY) continue;
      line += `${line ? "L" : "M"}${x} ${y}`;
      [lastX, lastY] = [x, y];
      seen += 1;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    if (seen > 2) path += `${line}Z`;
  }
  const visible = box[2] > 0 && box[3] > 0 && box[0] < wide && box[1] < high;
  return { path: visible ? path : "", box, visible };
}

// What the map says of each host in a year, as the sum over senders or for one of them.
function answersIn(year, sender) {
  const found = new Map();
  for (const at of presenceIn.get(year) || []) {
    if (sender && presence.get("sender")[at] !== sender) continue;
    const host = presence.get("host")[at];
    const one = found.get(host) || { sum: null, least: 0, figures: 0, present: 0, silent: 0, rows: [] };
    const personnel = presence.get("personnel")[at];
    if (personnel === null) {
      const said = presence.get("state")[at];
      one[said === "unknown" ? "silent" : "present"] += 1;
      // "At least 50,000" has no one figure, and still says how many there are.
      if (said === "observed") one.least += presence.get("low")[at] ?? 0;
    } else {
      one.sum = (one.sum || 0) + personnel;
      one.figures += 1;
    }
    one.rows.push(at);
    found.set(host, one);
  }
  return found;
}

const everHosts = new Set(presence.get("host"));
function lookOf(code, answers) {
  const one = code === null ? undefined : answers.get(code);
  if (!one) return everHosts.has(code) ? "silent" : "none";
  const least = (one.sum ?? 0) + one.least;
  if (least > 0) return `c${data.ramp.filter(([from]) => least >= from).length - 1}`;
  if (one.present) return "present";
  return one.sum === 0 ? "zero" : "silent";
}

function aboutHost(code, name) {
  const one = code === null ? undefined : map.answers.get(code);
  const head = `${name || nameOf(code)}, ${state.year}`;
  if (!one) return [head, everHosts.has(code) ? "No claim of this year" : "No claim in this page"];
  const rows = one.rows.map((at) => presence.row(at));
  rows.sort((a, b) => (b.personnel ?? -1) - (a.personnel ?? -1));
  return [
    head,
    ...rows.slice(0, 6).map((row) => {
      const who = counters(row);
      const what = row.basis ? `: ${lower(label("basis", row.basis))}` : "";
      return `${nameOf(row.sender)}: ${answer(row)}${who ? ` (${who}${what})` : ""}`;
    }),
    rows.length > 6 ? `and ${plural(rows.length - 6, "other sender")}` : "",
  ];
}

// Who used which base in a year: certainly, or possibly.
function inUse(year, sender, host) {
  const [first, last] = [dayOf(year), dayOf(year + 1)];
  const get = (name) => tenancies.get(name);
  const found = new Map();
  for (let at = 0; at < tenancies.length; at += 1) {
    if (sender && get("sender")[at] !== sender) continue;
    const base = baseRow.get(get("base_id")[at]);
    if (base === undefined || (host && bases.get("host")[base] !== host)) continue;
    const begun = get("may_from")[at] === null || get("may_from")[at] < last;
    const over = get("may_to")[at] !== null && get("may_to")[at] <= first;
    if (!begun || over) continue;
    const from = get("sure_from")[at];
    const to = get("sure_to")[at];
    const sure = from !== null && from < last && (to === null || (to > first && to > from));
    const key = `${base}|${get("sender")[at]}`;
    if (!found.has(key) || (sure && !found.get(key).sure)) found.set(key, { at, base, sure });
  }
  return [...found.values()];
}

function aboutStay({ at, base, sure }) {
  const [site, stay] = [bases.row(base), tenancies.row(at)];
  return [
    `${site.name}, ${nameOf(site.host)}`,
    `${nameOf(stay.sender)}: ${lower(label("tenancy_role", stay.role)) || "user"}${sure ? "" : ", possibly"}`,
    `${stay.begun ? `From ${stay.begun}` : "Beginning not known"}; ${stay.over ? `${lower(label("tenancy_end", stay.end_mode)) || "ended"} ${stay.over}` : "no end known"}`,
    `Says: ${publishers(stay.source_id).join(", ")}`,
    site.location_precision ? `Place known: ${lower(label("location_precision", site.location_precision))}` : "",
  ];
}

function drawMap() {
  const wide = Math.max(280, $("map").clientWidth);
  const high = Math.round(wide * (map.zoom ? 0.72 : 0.46));
  map.size = [wide, high];
  map.project = projection(map.zoom, wide, high);
  map.land = LAND.map((area) => {
    const { path, box, visible } = outline(area, map.project, map.size);
    const node = svg("path", { d: path, class: "land" });
    const [x, y] = map.project(...area.centre);
    const small = visible && Math.max(box[2] - box[0], box[3] - box[1]) < 7;
    const dot = small ? svg("circle", { cx: x, cy: y, r: 3.2, class: "land" }) : null;
    return { area, node, dot, visible, x, y, box };
  });
  const view = svg("svg", {
    viewBox: `0 0 ${wide} ${high}`, role: "application", tabindex: 0, id: "map-view",
    "aria-label": "Map of hosts. Arrow keys go from country to country, Enter chooses one, Escape shows the world.",
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
      tipped(node, () => aboutHost(one.area.country, one.area.name));
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
  return svg("defs", {},
    hatch("silent", "M-1 6L6 -1"), hatch("present", "M-1 6L6 -1", "M-1 -1L6 6"));
}

// A name for each country in a near view, on its own visible land.
function namesOfLand() {
  if (!map.zoom) return [];
  const taken = map.named;
  return map.land.flatMap(({ area, node, visible, box }) => {
    if (!visible) return [];
    const spot = spotOn(node, box);
    const long = area.name.length * 6.6;
    if (!spot || spot.room < long * 0.55) return [];
    const x = Math.max(long / 2 + 4, Math.min(spot.x, map.size[0] - long / 2 - 4));
    const frame = [x - long / 2, spot.y - 9, long, 16];
    if (taken.some((one) => overlap(one, frame))) return [];
    taken.push(frame);
    return [svg("text", { x, y: spot.y + 4, "text-anchor": "middle" }, area.name)];
  });
}

// A place well inside what is seen of a country: the middle of its longest stretch from west to east.
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

function drawBases() {
  const shown = $("with-bases").checked ? inUse(state.year, state.sender, null) : [];
  const radius = map.zoom ? (map.size[0] < 500 ? 3.2 : 4.5) : Math.max(1.6, map.size[0] / 420);
  const nodes = [];
  const [placed, spots] = [[], new Map()];
  map.users = new Map();
  // What is certain has its place first, and lies over what is possible.
  shown.sort((a, b) => b.sure - a.sure);
  for (const stay of shown) {
    const [longitude, latitude] = [bases.get("longitude")[stay.base], bases.get("latitude")[stay.base]];
    const sender = tenancies.get("sender")[stay.at];
    if (!state.host || bases.get("host")[stay.base] === state.host) {
      const count = map.users.get(sender) || { sure: 0, maybe: 0, unplaced: 0 };
      count[stay.sure ? "sure" : "maybe"] += 1;
      count.unplaced += longitude === null;
      map.users.set(sender, count);
    }
    if (longitude === null) continue;
    const [x, y] = apart(map.project(longitude, latitude), radius, placed);
    if (x < 0 || y < 0 || x > map.size[0] || y > map.size[1]) continue;
    placed.push([x, y]);
    if (!spots.has(stay.base)) spots.set(stay.base, [x, y]);
    const node = svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius, class: stay.sure ? "base" : "base maybe" });
    const colour = data.colours[sender] || "#777777";
    node.style.setProperty("--own", colour);
    const host = bases.get("host")[stay.base];
    tipped(node, () => aboutStay(stay));
    node.addEventListener("click", () => change({ host }));
    nodes.push(node);
  }
  $("bases").replaceChildren(...nodes.reverse(), ...namesOfBases(shown, spots, placed, radius));
}

// In a near view, the place for a dot that hides none: its own, or the nearest free one around it.
function apart([x, y], radius, placed) {
  const free = (at) => placed.every(([u, v]) => (at[0] - u) ** 2 + (at[1] - v) ** 2 >= (1.9 * radius) ** 2);
  for (let turn = 0; map.zoom && turn < 40; turn += 1) {
    const far = 0.85 * radius * Math.sqrt(turn);
    const at = [x + far * Math.cos(turn * 2.4), y + far * Math.sin(turn * 2.4)];
    if (free(at)) return at;
  }
  return [x, y];
}

// Where the name of a base may begin: right or left of its dot, near or past its neighbours.
const SIDES = [[1, 1], [-1, 1], [1, 3.6], [-1, 3.6]];

// Names of bases in a near view, each where it hides no other.
function namesOfBases(shown, spots, placed, radius) {
  if (!map.zoom) return [];
  const dots = placed.map(([x, y]) => [x - radius, y - radius, 2 * radius, 2 * radius]);
  const taken = [...map.named];
  const names = [];
  const seen = new Set();
  for (const { base } of shown) {
    if (seen.has(base) || bases.get("host")[base] !== state.host) continue;
    seen.add(base);
    if (!spots.has(base)) continue;
    const [x, y] = spots.get(base);
    const text = bases.get("name")[base];
    const long = text.length * 6.2;
    const spot = SIDES.map(([side, far]) => {
      const edge = x + side * (far * radius + 3);
      return { edge, side, box: [side > 0 ? edge : edge - long, y - 6, long, 12] };
    }).find(({ box }) => box[0] > 2 && box[0] + long < map.size[0] - 2 &&
      ![...dots, ...taken].some((one) => overlap(one, box)));
    if (!spot || names.length > 14) continue;
    const { edge, side, box } = spot;
    taken.push(box);
    names.push(svg("text", { x: edge, y: y + 4, "text-anchor": side > 0 ? "start" : "end", class: "site", "aria-hidden": "true" }, text));
  }
  return names;
}

function drawLegend(counts) {
  const [ramp, keys] = [data.ramp, []];
  const key = (look, text) => keys.push(html("span", { class: "key" }, swatch(look), text));
  ramp.forEach(([least], at) => {
    const next = ramp[at + 1];
    key(`c${at}`, next ? `${number(least)}–${number(next[0] - 1)}` : `${number(least)} and more`);
  });
  key("zero", "Reported zero");
  key("present", "There, no figure");
  key("silent", "No claim of this year");
  key("none", data.hosts.length ? "Not in this page" : "No claim of any year");
  const users = [...(map.users || [])].sort((a, b) => b[1].sure - a[1].sure || b[1].maybe - a[1].maybe);
  const shown = users.slice(0, 8);
  const dots = shown.map(([sender, { sure, maybe }]) => {
    const dot = html("i", { class: "dot" });
    dot.style.setProperty("--own", data.colours[sender] || "#777777");
    return html("span", { class: "key" }, dot, `${nameOf(sender)} ${number(sure)}${maybe ? ` + ${number(maybe)} possibly` : ""}`);
  });
  const unplaced = users.reduce((sum, [, count]) => sum + count.unplaced, 0);
  const words = [];
  if (users.length > shown.length) words.push(`${plural(users.length - shown.length, "more sender")}`);
  words.push(map.zoom ? "hollow: possibly; dots that would hide each other are set apart" : "hollow: possibly");
  if (unplaced) words.push(`${number(unplaced)} of these have no known place`);
  $("legend").classList.toggle("near", Boolean(map.zoom));
  $("legend").replaceChildren(
    html("p", { class: "legend" }, html("b", {}, `People, best estimate of ${state.year}`), ...keys),
    html("p", { class: "legend" }, html("b", {}, `Bases in use in ${state.host ? `${inside(state.host)}, ` : ""}${state.year}`), ...dots, html("span", { class: "key" }, words.join("; "))),
  );
}

function swatch(look) {
  return svg("svg", { width: 18, height: 12, class: "swatch", "aria-hidden": "true" },
    svg("rect", { x: 0.5, y: 0.5, width: 17, height: 11, class: "land", "data-look": look }));
}

// Hosts that today's map has no land for, such as states that are no more.
function drawOffMap() {
  const missing = [...map.answers].filter(([code]) => !areaOf.has(code) && (!state.host || state.host === code));
  missing.sort((a, b) => (b[1].sum ?? -1) - (a[1].sum ?? -1));
  const buttons = missing.map(([code, one]) => {
    const look = lookOf(code, map.answers);
    const text = one.sum === null ? nameOf(code) : `${nameOf(code)} ${number(one.sum)}`;
    const button = html("button", { type: "button", class: "chip" }, swatch(look), text);
    button.addEventListener("click", () => change({ host: code }));
    return tipped(button, () => aboutHost(code));
  });
  $("off-map").replaceChildren(...(buttons.length
    ? [html("p", { class: "hint" }, "Not on today's map:"), html("div", { class: "chips" }, ...buttons)] : []));
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
  const lines = aboutHost(best.one.area.country, best.one.area.name);
  const box = $("map-view").getBoundingClientRect();
  show(lines, box.left + best.one.x, box.top + best.one.y);
  say(lines);
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
