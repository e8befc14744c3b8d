// The best estimates of the year, with their bases and sources.

function drawAnswer() {
  const { host, sender, year } = state;
  const who = sender ? nameOf(sender) : "Foreign forces";
  $("answer-title").textContent = host ? `${who} in ${inside(host)}, ${year}`
    : sender ? `${who} abroad, ${year}` : `Foreign forces, ${year}`;
  const rows = host || sender ? rowsOfYear(host, sender, year) : sendersOfYear(year);
  $("answer-lead").textContent = lead(rows, host, sender) + withoutClaims(rows, host, sender);
  const shown = shownRows.answers ? rows : rows.slice(0, 10);
  if (host && sender) $("answers").replaceChildren(...dyadLines(rows[0]), ...countedLines());
  else $("answers").replaceChildren(...shown.map(host || sender ? answerLine : senderLine));
  announce([$("answer-title").textContent, $("answer-lead").textContent]);
  $("more-answers").hidden = Boolean(host && sender) || rows.length <= 10;
  $("more-answers").textContent = shownRows.answers ? "Show fewer" : `Show ${number(rows.length - 10)} more`;
}

function rowsOfYear(host, sender, year) {
  const rows = (presenceIn.get(year) || []).map((at) => presence.row(at)).filter((row) =>
    (!host || row.host === host) && (!sender || row.sender === sender));
  return rows.sort(byNumber);
}

// The sum of each sender over its hosts, the largest first.
function sendersOfYear(year) {
  const senders = new Set((presenceIn.get(year) || []).map((at) => presence.get("sender")[at]));
  return [...senders].map((one) => sumOf("sender", one, year)).filter(Boolean).sort(byNumber);
}

function lead(rows, host, sender) {
  if (!rows.length) return "No claim for this year. No record does not mean none.";
  if (host && sender) return "The best estimate is derived from the claims below by a published rule; it does not replace them.";
  if (!host && !sender) return `${plural(rows.length, "sender")} with forces abroad on record, the largest first.`;
  const text = host ? sumText(sumOf("host", host, state.year), "sender") : sumText(sumOf("sender", sender, state.year), "host");
  return text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "Unknown in this year. No record does not mean none.";
}

// Senders whose bases were certainly in use, but of whose forces nothing is known.
function withoutClaims(rows, host, sender) {
  if (!host || sender) return "";
  const known = new Set(rows.filter((row) => row.state !== "unknown").map((row) => row.sender));
  const users = new Set(inUse(state.year, "", host).filter((tenancy) => tenancy.sure).map((tenancy) => tenancies.get("sender")[tenancy.at]));
  const silent = [...users].filter((one) => !known.has(one)).map(nameOf).sort();
  return silent.length ? ` Bases in use but no figure: ${silent.join(", ")}.` : "";
}

function line(name, figure, bounds, notes, attributes = {}) {
  return html("li", attributes, name, html("strong", {}, figure),
    html("small", { class: "bounds" }, bounds), html("small", {}, notes.filter(Boolean).join("; ")));
}

function choice(name, wanted) {
  const button = html("button", { type: "button", class: "plain" }, name);
  button.addEventListener("click", () => change(wanted));
  return button;
}

function senderLine(sum) {
  const figure = sum.personnel !== null ? number(sum.personnel) : atMost(sum.low, sum.high) || NO_FIGURE.presence_only;
  const notes = [
    `${plural(sum.parts - sum.silent, "host")}`, sum.personnel === null ? "" : `grade ${sum.grade}`,
    sum.missing.length ? `no figure for ${firstFew(sum.missing, 2)}` : "",
    sum.silent ? `${number(sum.silent)} unknown in this year` : "",
  ];
  return line(choice(nameOf(sum.sender), { sender: sum.sender }), figure, "", notes);
}

const boundsOf = (row) => (row.personnel !== null && row.low !== row.high ? range(row.low, row.high) : "");

function answerLine(row) {
  const name = state.host ? nameOf(row.sender) : nameOf(row.host);
  const notes = [
    row.state === "unknown" ? "" : `${row.grade === null ? "" : `grade ${row.grade}, `}${lower(label("presence_state", row.state))}`,
    counters(row),
    row.assigned !== null && row.assigned !== row.personnel ? `assigned: ${number(row.assigned)}` : "",
    row.personnel === null ? lower(lastCountText(row)) : "",
    row.conflict ? "sources disagree" : "",
  ];
  const attributes = { "data-state": row.state };
  return line(choice(name, { sender: row.sender, host: row.host }), answer(row), boundsOf(row), notes, attributes);
}

// What the definitions of states say with names of columns, which the page does not have.
const STATE_NOTES = {
  last_known: "no number of this time is on record, only an older count",
};

// For one sender and host: the widest recent count first, the estimate, and the assigned beside it.
function dyadLines(row) {
  if (!row) return [];
  const count = lastCountParts(row);
  const days = row.claim_rows.map((at) => claims.get("date_text")[at]).filter(Boolean);
  const estimate = line(html("span", {}, `Best estimate at the end of ${row.year}`), answer(row), boundsOf(row), [
    gradeText(row.grade), counters(row), [...new Set(days)].slice(0, 3).join(", "),
    row.state === "unknown" ? "" : STATE_NOTES[row.state] || definition("presence_state", row.state),
    row.conflict ? "sources disagree" : "",
  ], { "data-state": row.state });
  const last = count && line(html("span", {}, "Last count of everyone"), count.people, count.day, [count.who]);
  const assigned = row.assigned === null || row.assigned === row.personnel ? null : line(html("span", {}, "Assigned, as the stationing series prints it"),
    number(row.assigned), "", ["not everyone: forces there for an operation may be left out"]);
  // A count that the estimate rests on is in its line.
  const rests = row.personnel !== null && row.personnel === row.last_total && row.claim_rows.includes(count.claim?.at);
  const older = rests ? null : last;
  const ordered = row.personnel === null ? [older && last, estimate, assigned] : [estimate, older && last, assigned];
  return ordered.filter(Boolean);
}

const WIDEST = ["in_country_total", "period_average", "deployed_for_operation"];
const width = (basis) => (WIDEST.includes(basis) ? WIDEST.indexOf(basis) : WIDEST.length);

// For one sender and host: the last claim of each source and basis in five years, the widest first.
function countedLines() {
  const [first, last] = [dayOf(state.year - 4), dayOf(state.year + 1)];
  const found = new Map();
  for (const at of claimsOf.get(`${state.sender}|${state.host}`) || []) {
    const day = claims.get("day")[at];
    if (day === null || day < first || day >= last || !claims.get("counted")[at]) continue;
    const claim = claims.row(at);
    const who = publishers(claim.source_id).join(", ");
    const key = `${claim.basis}|${claim.place}|${who}`;
    if (!found.has(key) || found.get(key).claim.day <= day) found.set(key, { claim, who });
  }
  const rows = [...found.values()].sort((a, b) => width(a.claim.basis) - width(b.claim.basis) || b.claim.day - a.claim.day);
  if (!rows.length) return [];
  return [
    html("li", { class: "head" }, html("h3", {}, "The last claim of each source and basis, up to five years old")),
    ...rows.slice(0, 10).map(({ claim, who }) => line(html("span", {}, who), figure(claim), claim.date_text || "",
      [lower(label("basis", claim.basis)), claim.place])),
  ];
}
