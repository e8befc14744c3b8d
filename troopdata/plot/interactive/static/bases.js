// The bases in use in a year, with their dots and names on the map.

// The tenancies of a year, one for each base and sender, and whether each is certain.
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

function tenancyTooltip({ at, base, sure }) {
  const [site, tenancy] = [bases.row(base), tenancies.row(at)];
  return [
    `${site.name}, ${nameOf(site.host)}`,
    `${nameOf(tenancy.sender)}: ${lower(label("tenancy_role", tenancy.role)) || "user"}${sure ? "" : ", possibly"}`,
    `${tenancy.started_text ? `From ${tenancy.started_text}` : "Beginning unknown"}; ${tenancy.ended_text ? `${lower(label("tenancy_end", tenancy.end_mode)) || "ended"} ${tenancy.ended_text}` : "no known end"}`,
    `Source: ${publishers(tenancy.source_id).join(", ")}`,
    site.location_precision ? `Location: ${lower(label("location_precision", site.location_precision))}` : "",
  ];
}

function drawBases() {
  const shown = $("with-bases").checked ? inUse(state.year, state.sender, null) : [];
  const radius = map.zoom ? (map.size[0] < 500 ? 3.2 : 4.5) : Math.max(1.6, map.size[0] / 420);
  const nodes = [];
  const [placed, spots] = [[], new Map()];
  map.users = new Map();
  // Certain bases get their position first, and are drawn above possible ones.
  shown.sort((a, b) => b.sure - a.sure);
  for (const tenancy of shown) {
    const [longitude, latitude] = [bases.get("longitude")[tenancy.base], bases.get("latitude")[tenancy.base]];
    const sender = tenancies.get("sender")[tenancy.at];
    if (!state.host || bases.get("host")[tenancy.base] === state.host) {
      const count = map.users.get(sender) || { sure: 0, maybe: 0, unplaced: 0 };
      count[tenancy.sure ? "sure" : "maybe"] += 1;
      count.unplaced += longitude === null;
      map.users.set(sender, count);
    }
    if (longitude === null) continue;
    const [x, y] = freeSpot(map.project(longitude, latitude), radius, placed);
    if (x < 0 || y < 0 || x > map.size[0] || y > map.size[1]) continue;
    placed.push([x, y]);
    if (!spots.has(tenancy.base)) spots.set(tenancy.base, [x, y]);
    const node = svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius, class: tenancy.sure ? "base" : "base maybe" });
    const colour = data.colours[sender] || "#777777";
    node.style.setProperty("--own", colour);
    const host = bases.get("host")[tenancy.base];
    withTooltip(node, () => tenancyTooltip(tenancy));
    node.addEventListener("click", () => change({ host }));
    nodes.push(node);
  }
  $("bases").replaceChildren(...nodes.reverse(), ...namesOfBases(shown, spots, placed, radius));
}

// When zoomed in, the position of a dot that overlaps no other: its own, or the nearest free one on
// a sunflower spiral around it (2.4 radians is the golden angle).
function freeSpot([x, y], radius, placed) {
  const free = (at) => placed.every(([u, v]) => (at[0] - u) ** 2 + (at[1] - v) ** 2 >= (1.9 * radius) ** 2);
  for (let turn = 0; map.zoom && turn < 40; turn += 1) {
    const far = 0.85 * radius * Math.sqrt(turn);
    const at = [x + far * Math.cos(turn * 2.4), y + far * Math.sin(turn * 2.4)];
    if (free(at)) return at;
  }
  return [x, y];
}

// Sides for the name of a base: right or left of its dot, and how many radii away.
const SIDES = [[1, 1], [-1, 1], [1, 3.6], [-1, 3.6]];

// Names of bases when zoomed in, each where it overlaps no other.
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
