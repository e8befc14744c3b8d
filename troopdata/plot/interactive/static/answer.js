// The best estimates of the year, with their bases and sources.

function drawAnswer() {
  const { host, sender, year } = state;
  const rows = (presenceIn.get(year) || []).map((at) => presence.row(at)).filter((row) =>
    (!host || row.host === host) && (!sender || row.sender === sender));
  rows.sort((a, b) => (b.personnel ?? b.high ?? b.low ?? -1) - (a.personnel ?? a.high ?? a.low ?? -1) || (a.state < b.state ? -1 : 1));
  const who = sender ? nameOf(sender) : "Foreign forces";
  $("answer-title").textContent = host ? `${who} in ${inside(host)}, ${year}`
    : sender ? `${who} abroad, ${year}` : `Foreign forces, ${year}`;
  $("answer-lead").textContent = lead(rows, host, sender) + withoutClaims(rows, host, sender);
  const most = host && sender ? 1 : 10;
  const shown = shownRows.answers ? rows : rows.slice(0, most);
  $("answers").replaceChildren(...shown.map(answerLine), ...(host && sender ? countedLines() : []));
  announce([$("answer-title").textContent, $("answer-lead").textContent]);
  $("more-answers").hidden = rows.length <= most;
  $("more-answers").textContent = shownRows.answers ? "Show fewer" : `Show ${number(rows.length - most)} more`;
}

function lead(rows, host, sender) {
  const known = rows.filter((row) => row.personnel !== null);
  const there = rows.filter((row) => row.personnel === null && row.state !== "unknown").length;
  const silent = rows.length - known.length - there;
  if (!rows.length) return "No claim for this year. No record does not mean none.";
  if (host && sender) return "The best estimate is derived from the claims below by a published rule; it does not replace them.";
  const sum = known.reduce((total, row) => total + row.personnel, 0);
  const what = host ? "sender" : sender ? "host" : "pair of sender and host";
  const many = host ? "senders" : sender ? "hosts" : "pairs of sender and host";
  const parts = [];
  if (known.length) parts.push(`${number(sum)}, from ${known.length === 1 ? `one ${what}` : `${number(known.length)} ${many}`}`);
  if (there) parts.push(`${number(there)} present without a figure`);
  if (silent) parts.push(`${number(silent)} unknown in this year`);
  const caution = known.length > 1 ? " The figures count different things; see each one." : "";
  return `${parts.join("; ")}.${caution}`;
}

// Senders whose bases were certainly in use, but without any claim about their strength.
function withoutClaims(rows, host, sender) {
  if (!host || sender) return "";
  const known = new Set(rows.map((row) => row.sender));
  const users = new Set(inUse(state.year, "", host).filter((tenancy) => tenancy.sure).map((tenancy) => tenancies.get("sender")[tenancy.at]));
  const silent = [...users].filter((one) => !known.has(one)).map(nameOf).sort();
  return silent.length ? ` With bases in use but no claim about strength: ${silent.join(", ")}.` : "";
}

function answerLine(row) {
  const name = state.host && !state.sender ? nameOf(row.sender)
    : state.sender && !state.host ? nameOf(row.host) : `${nameOf(row.sender)} in ${inside(row.host)}`;
  const button = html("button", { type: "button", class: "plain" }, name);
  button.addEventListener("click", () => change({ sender: row.sender, host: row.host }));
  const bounds = row.personnel !== null && row.low !== row.high ? ` ${range(row.low, row.high)}` : "";
  const who = counters(row);
  const notes = [
    row.basis ? lower(label("basis", row.basis)) : "",
    who,
    row.state === "carried" ? "carried forward from an earlier claim" : "",
    row.basis_break ? "basis differs from the year before" : "",
    row.conflict ? "sources disagree" : "",
  ].filter(Boolean);
  return html("li", { "data-state": row.state }, button, html("strong", {}, answer(row)),
    html("small", { class: "bounds" }, bounds), html("small", {}, notes.join("; ")));
}

// For one sender and host: the last claim of the year by each source and basis.
function countedLines() {
  const [first, last] = [dayOf(state.year), dayOf(state.year + 1)];
  const found = new Map();
  for (const at of claimsOf.get(`${state.sender}|${state.host}`) || []) {
    const day = claims.get("day")[at];
    if (day === null || day < first || day >= last || !claims.get("counted")[at]) continue;
    const claim = claims.row(at);
    const who = publishers(claim.source_id).join(", ");
    const key = `${claim.basis}|${who}`;
    if (!found.has(key) || found.get(key).claim.day <= day) found.set(key, { claim, who });
  }
  const rows = [...found.values()].sort((a, b) => b.claim.day - a.claim.day);
  if (!rows.length) return [];
  return [
    html("li", { class: "head" }, html("h3", {}, "The last claim of each source and basis")),
    ...rows.slice(0, 8).map(({ claim, who }) => html("li", {}, html("span", {}, who), html("strong", {}, figure(claim)),
      html("small", { class: "bounds" }, claim.date_text || ""), html("small", {}, lower(label("basis", claim.basis))))),
  ];
}
