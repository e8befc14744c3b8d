// Text and elements. Data enter the page as text nodes, never as markup.

const NAMESPACE = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
const html = (name, attributes = {}, ...children) =>
  fill(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(NAMESPACE, name), attributes, children);

const nameOf = (code) => countryName.get(code) || code;
const ARTICLE = /^(?!The )(?:(?:United |Soviet |Central African|Democratic |Dominican |British )|.*(?:Islands|Republic|Territory|Netherlands|Philippines|Bahamas|Gambia|Comoros|Maldives|Seychelles)$)/;
const inside = (code) => (ARTICLE.test(nameOf(code)) ? `the ${nameOf(code)}` : nameOf(code));
const label = (vocabulary, code) => (code === null ? "" : data.labels[vocabulary][code] || code);
const lower = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);
const number = (value) => value.toLocaleString("en-US");
const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

function range(low, high) {
  if (low === null && high === null) return "";
  if (low === null) return `up to ${number(high)}`;
  if (high === null) return `at least ${number(low)}`;
  return low === high ? number(low) : `${number(low)} to ${number(high)}`;
}

// Answers without a number, as in the map's legend.
const NO_FIGURE = {
  presence_only: "present, number unknown", suppressed: "present, figure withheld",
  last_known: "present, number unknown", unknown: "unknown",
};

// The figure of a claim, as in its source.
function figure(claim) {
  const { personnel, personnel_low: low, personnel_high: high } = claim;
  if (personnel === null) {
    return range(low, high) || NO_FIGURE[claim.value_state] || lower(label("value_state", claim.value_state));
  }
  const about = claim.qualifier === "approximately" || claim.value_state === "estimated";
  const bounds = low !== null || high !== null ? ` (${range(low, high)})` : "";
  return `${about ? "about " : ""}${number(personnel)}${bounds}`;
}

// A number without a figure: a low of 0 says nothing.
const atMost = (low, high) => range(low > 0 ? low : null, high);

// The best estimate of a year.
function answer(row) {
  if (row.personnel !== null) {
    return row.state === "reported_zero" ? "0, counted" : number(row.personnel);
  }
  return atMost(row.low, row.high) || NO_FIGURE[row.state] || lower(label("presence_state", row.state));
}

// Names, the first few; the others are counted.
function firstFew(codes, most = 3) {
  const names = codes.slice(0, most).map(nameOf);
  const rest = codes.length - names.length;
  return names.join(", ") + (rest > 0 ? ` and ${number(rest)} more` : "");
}

// A sum of the library, the parts that it has no figure for named.
function sumText(sum, what) {
  if (sum === null) return "";
  const without = sum.missing.length ? `no figure for ${firstFew(sum.missing)}` : "";
  const silent = sum.silent ? `${plural(sum.silent, `other ${what}`)} unknown in this year` : "";
  const least = atMost(sum.low, sum.high);
  const head = sum.personnel !== null ? `${number(sum.personnel)} in all, grade ${sum.grade}`
    : least ? `${least} in all` : "";
  return [head, without, silent].filter(Boolean).join("; ");
}

const dayText = (day) => new Date(day * 86400000).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
// The first sentence of a definition, as a part of a sentence.
function definition(vocabulary, code) {
  const text = data.definitions[vocabulary][code].split(". ")[0].replace(/\.$/, "");
  return text[0].toLowerCase() + text.slice(1);
}
const gradeText = (grade) => (grade === null ? "" : `grade ${grade}: ${definition("grade", grade)}`);

// The claim that is the last count of everyone, which an estimate may not rest on any more.
function lastCount(row) {
  const found = (claimsOf.get(`${row.sender}|${row.host}`) || []).map((at) => claims.row(at)).filter((claim) =>
    claim.as_of === row.last_total_as_of && claim.counted && claim.place === null &&
    (claim.personnel ?? claim.personnel_low) === row.last_total);
  return found.find((claim) => claim.basis === "in_country_total") || found[0] || null;
}
// Its number as in the source, which may be a range, its day and its publishers.
function lastCountParts(row) {
  if (row.last_total === null) return null;
  const claim = lastCount(row);
  return {
    claim,
    people: claim ? figure(claim) : number(row.last_total),
    day: claim?.date_text || dayText(row.last_total_as_of),
    who: claim ? publishers(claim.source_id).join(", ") : "",
  };
}
function lastCountText(row) {
  const last = lastCountParts(row);
  return last ? `Last count of everyone: ${last.people} (${[last.day, last.who].filter(Boolean).join(", ")})` : "";
}

function sourcesOf(ids) {
  return (ids || "").split(";").flatMap((id) => {
    const at = sourceRow.get(id);
    return at === undefined ? [] : [tables.sources.row(at)];
  });
}
const publishers = (ids) => [...new Set(sourcesOf(ids).map((source) => source.publisher))];

// The publishers behind a best estimate.
function counters(row) {
  const ids = row.claim_rows.map((at) => claims.get("source_id")[at]);
  return publishers([...new Set(ids)].join(";")).join(", ");
}

// A link to a document, if it has a web address.
function reference(source) {
  const address = source.url || source.archive_url;
  if (!/^https?:\/\//i.test(address || "")) return html("span", {}, source.title);
  return html("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, source.title);
}

// The tooltip of a claim.
function claimTooltip(claim) {
  const documents = sourcesOf(claim.source_id);
  return [
    `${nameOf(claim.sender)} in ${inside(claim.host)}${claim.place ? `, ${claim.place}` : ""}`,
    `${figure(claim)} (${claim.date_text || "no date"})`,
    `Counted: ${lower(label("basis", claim.basis))}, ${lower(label("force", claim.force))}`,
    `Source: ${[...new Set(documents.map((one) => one.publisher))].join(", ")}`,
    documents.map((one) => one.title).join("; "),
    claim.status === "accepted" ? "" : label("status", claim.status),
  ];
}

function estimateTooltip(row) {
  const who = counters(row);
  return [
    `${nameOf(row.sender)} in ${inside(row.host)}, ${row.year}`,
    `Best estimate: ${answer(row)}`,
    row.personnel !== null && row.low !== row.high ? `Low to high: ${range(row.low, row.high)}` : "",
    gradeText(row.grade).replace("grade", "Grade"),
    row.state === "unknown" ? "" : `${label("presence_state", row.state)}${row.basis ? `: ${lower(label("basis", row.basis))}` : ""}`,
    who ? `Source: ${who}` : "",
    row.assigned !== null && row.assigned !== row.personnel ? `Assigned, in the stationing series: ${number(row.assigned)}` : "",
    row.personnel === null ? lastCountText(row) : "",
    row.series_break ? "The stationing series counts otherwise from this year on" : "",
    row.conflict ? "Sources differ by more than a quarter" : "",
  ];
}
