// The outlines of the map: decoding, projection, and clipping to the view.

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

// The world uses Equal Earth (Šavrič, Patterson and Jenny, 2018); closer views use degrees of
// longitude of the length they have in the middle of the view.
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

const WORLD = [-180, -57, 180, 84];

// The bounding box of a host's map: its land, without small distant parts, and its bases.
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

// The path of an area and its bounds, rounded to half a pixel; points that coincide are dropped.
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
