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

// Answers without a figure, as in the map's legend.
const NO_FIGURE = { presence_only: "present, no figure", suppressed: "figure withheld", unknown: "unknown" };

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

// The best estimate of a year.
function answer(row) {
  if (row.personnel !== null) {
    return row.state === "reported_zero" ? "0, reported" : number(row.personnel);
  }
  if (row.state === "between") return `between ${number(row.low)} and ${number(row.high)}`;
  return range(row.low, row.high) || NO_FIGURE[row.state] || lower(label("presence_state", row.state));
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
    row.basis ? `Counted: ${lower(label("basis", row.basis))}` : "",
    who ? `Source: ${who}` : "",
    row.basis_break ? "The basis differs from the year before" : "",
    row.conflict ? "Sources differ by more than a quarter" : "",
  ];
}
