// The data of the page, decoded column by column when first read.

const $ = (id) => document.getElementById(id);

function fail(message) {
  $("problem").textContent = message;
  $("problem").hidden = false;
  throw new Error(message);
}

if (!("DecompressionStream" in window)) {
  fail("This page needs a browser from 2023 or later.");
}

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

const data = await inflate($("data").textContent);
$("data").remove();

const decoders = {
  text: (column) => column.at.map((at) => (at < 0 ? null : column.values[at])),
  numbers: (column) => column.at,
  lists: (column) => column.at,
  days(column) {
    let day = 0;
    return column.steps.map((step) => (step === null ? null : (day += step)));
  },
};

// A table whose columns are decoded on first access.
class Table {
  constructor(frame) {
    this.length = frame.rows;
    this.frame = frame;
    this.known = new Map();
  }

  get(name) {
    if (!this.known.has(name)) {
      const column = this.frame.columns[name];
      this.known.set(name, decoders[column.kind](column));
    }
    return this.known.get(name);
  }

  row(at) {
    const row = { at };
    for (const name of Object.keys(this.frame.columns)) row[name] = this.get(name)[at];
    return row;
  }

  // Group row numbers by the value of a key.
  by(key) {
    const found = new Map();
    for (let at = 0; at < this.length; at += 1) {
      const value = key(at);
      if (value === null) continue;
      if (!found.has(value)) found.set(value, []);
      found.get(value).push(at);
    }
    return found;
  }
}

const tables = Object.fromEntries(
  Object.entries(data.frames).map(([name, frame]) => [name, new Table(frame)]),
);
const { claims, presence, bases, tenancies, agreements, parties, events } = tables;

const pair = (table) => {
  const [senders, hosts] = [table.get("sender"), table.get("host")];
  return (at) => `${senders[at]}|${hosts[at]}`;
};
const of = (table, name) => {
  const values = table.get(name);
  return (at) => values[at];
};
const presenceOf = presence.by(pair(presence));
const claimsOf = claims.by(pair(claims));
const presenceIn = presence.by(of(presence, "year"));
const knownIn = tables.known.by(of(tables.known, "year"));
// The sums of the library; the page adds nothing up itself.
const sumsOf = Object.fromEntries(["host", "sender"].map((key) => {
  const table = tables[`by_${key}`];
  const [codes, years] = [table.get(key), table.get("year")];
  return [key, table.by((at) => `${codes[at]}|${years[at]}`)];
}));
function sumOf(key, code, year) {
  const at = sumsOf[key].get(`${code}|${year}`);
  if (at === undefined) return null;
  const row = tables[`by_${key}`].row(at[0]);
  return { ...row, missing: row.missing === null ? [] : row.missing.split(";") };
}
const numbered = (table, key) => new Map(table.get(key).map((id, at) => [id, at]));
const named = (table, key) => new Map(table.get(key).map((id, at) => [id, table.get("name")[at]]));
const baseRow = numbered(bases, "base_id");
const agreementRow = numbered(agreements, "agreement_id");
const sourceRow = numbered(tables.sources, "source_id");
const operationName = named(tables.operations, "operation_id");
const countryName = named(tables.countries, "code");
for (const area of data.land.areas) {
  if (area.country && !countryName.has(area.country)) countryName.set(area.country, area.name);
}

const dayOf = (year, month = 0, day = 1) => Date.UTC(year, month, day) / 86400000;
const yearOf = (day) => {
  const year = new Date(day * 86400000).getUTCFullYear();
  const start = dayOf(year);
  return year + (day - start) / (dayOf(year + 1) - start);
};

// The first and last year of the slider.
const span = [
  [...presenceIn.keys()].reduce((a, b) => Math.min(a, b), data.year),
  [...presenceIn.keys()].reduce((a, b) => Math.max(a, b), data.year),
];
