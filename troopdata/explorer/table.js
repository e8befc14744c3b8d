// The answer in words, and the table of claims with their sources.

const PAGE = innerWidth < 620 ? 25 : 60;
const shownRows = { claims: PAGE, answers: false };

function drawAnswer() {
  const { host, sender, year } = state;
  const rows = (presenceIn.get(year) || []).map((at) => presence.row(at)).filter((row) =>
    (!host || row.host === host) && (!sender || row.sender === sender));
  rows.sort((a, b) => (b.personnel ?? b.high ?? b.low ?? -1) - (a.personnel ?? a.high ?? a.low ?? -1) || (a.state < b.state ? -1 : 1));
  const who = sender ? nameOf(sender) : "Foreign forces";
  $("answer-title").textContent = host ? `${who} in ${inside(host)}, ${year}`
    : sender ? `${who} abroad, ${year}` : `Foreign forces, ${year}`;
  $("answer-lead").textContent = lead(rows, host, sender) + basesOnly(rows, host, sender);
  const most = host && sender ? 1 : 10;
  const shown = shownRows.answers ? rows : rows.slice(0, most);
  $("answers").replaceChildren(...shown.map(answerLine), ...(host && sender ? countedLines() : []));
  say([$("answer-title").textContent, $("answer-lead").textContent]);
  $("more-answers").hidden = rows.length <= most;
  $("more-answers").textContent = shownRows.answers ? "Show fewer" : `Show ${number(rows.length - most)} more`;
}

function lead(rows, host, sender) {
  const known = rows.filter((row) => row.personnel !== null);
  const there = rows.filter((row) => row.personnel === null && row.state !== "unknown").length;
  const silent = rows.length - known.length - there;
  if (!rows.length) return "No claim of this year. That is not zero: nobody says.";
  if (host && sender) return "The best estimate, derived from the claims below by a written rule; it never replaces them.";
  const sum = known.reduce((total, row) => total + row.personnel, 0);
  const what = host ? "sender" : sender ? "host" : "pair of sender and host";
  const many = host ? "senders" : sender ? "hosts" : "pairs of sender and host";
  const parts = [`${number(sum)} by ${plural(known.length, what, many)} with a figure`];
  if (there) parts.push(`${number(there)} there, no figure`);
  if (silent) parts.push(`${number(silent)} not known this year`);
  return `${parts.join("; ")}. Figures count different things: see each.`;
}

// Senders whose bases were in use for certain, and of whose strength nobody says anything.
function basesOnly(rows, host, sender) {
  if (!host || sender) return "";
  const said = new Set(rows.map((row) => row.sender));
  const users = new Set(inUse(state.year, "", host).filter((stay) => stay.sure).map((stay) => tenancies.get("sender")[stay.at]));
  const silent = [...users].filter((one) => !said.has(one)).map(nameOf).sort();
  return silent.length ? ` Bases in use, but no claim of strength: ${silent.join(", ")}.` : "";
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
    row.state === "carried" ? "carried from the claim before" : "",
    row.basis_break ? "counted otherwise than the year before" : "",
    row.conflict ? "sources differ" : "",
  ].filter(Boolean);
  return html("li", { "data-state": row.state }, button, html("strong", {}, answer(row)),
    html("small", { class: "bounds" }, bounds), html("small", {}, notes.join("; ")));
}

// For one sender and host: the last claim of the year of everyone who counted, by what was counted.
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
    html("li", { class: "head" }, html("h3", {}, "Who counted what, the last claim of each")),
    ...rows.slice(0, 8).map(({ claim, who }) => html("li", {}, html("span", {}, who), html("strong", {}, figure(claim)),
      html("small", { class: "bounds" }, claim.said || ""), html("small", {}, lower(label("basis", claim.basis))))),
  ];
}

const COLUMNS = ["As of", "Who", "Figure", "What was counted", "Whose", "Source"];

function drawTable() {
  const rows = tableRows();
  const shown = rows.slice(0, shownRows.claims);
  const behind = resting();
  $("claims").tHead.replaceChildren(html("tr", {}, ...COLUMNS.map((name) => html("th", { scope: "col" }, name))));
  $("claims").tBodies[0].replaceChildren(...shown.map((at) => claimRow(claims.row(at), behind.has(at))));
  const span = $("all-years").checked ? "of all years" : `of ${state.year}`;
  $("table-lead").textContent = rows.length
    ? `${plural(rows.length, "claim")} ${span}; ${number(shown.length)} shown. A dot marks a claim that the best estimate of ${state.year} rests on.`
    : `No claim ${span} for what is chosen. That is not zero: nobody says.`;
  $("more-claims").hidden = shown.length === rows.length;
  $("more-claims").textContent = `Show ${number(Math.min(PAGE * 5, rows.length - shown.length))} more`;
}

function tableRows() {
  const [all, years] = [$("all-claims").checked, $("all-years").checked];
  const [first, last] = [dayOf(state.year), dayOf(state.year + 1)];
  const behind = resting();
  const [sender, host, at] = ["sender", "host", "day"].map((name) => claims.get(name));
  const counted = claims.get("counted");
  const found = [];
  for (let row = 0; row < claims.length; row += 1) {
    if (state.host && host[row] !== state.host) continue;
    if (state.sender && sender[row] !== state.sender) continue;
    if (!all && !counted[row]) continue;
    const within = at[row] !== null && at[row] >= first && at[row] < last;
    if (!years && !within && !behind.has(row)) continue;
    found.push(row);
  }
  return found.sort((a, b) => (at[b] ?? -1e9) - (at[a] ?? -1e9) || a - b);
}

// Claims that the best estimates of the year rest on.
function resting() {
  const found = new Set();
  for (const at of presenceIn.get(state.year) || []) {
    if (state.host && presence.get("host")[at] !== state.host) continue;
    if (state.sender && presence.get("sender")[at] !== state.sender) continue;
    for (const row of presence.get("rests")[at]) found.add(row);
  }
  return found;
}

function claimRow(claim, behind) {
  const documents = sourcesOf(claim.source_id);
  const where = [claim.place, operationName.get(claim.operation_id)].filter(Boolean).join("; ");
  const cells = [
    [html("span", { class: "nowrap" }, claim.said || "no date")],
    [`${nameOf(claim.sender)} in ${inside(claim.host)}`, where ? html("small", {}, where) : null],
    [behind ? html("span", { class: "rests", role: "img", "aria-label": "The best estimate rests on this claim:" }, "●") : null,
      html("b", {}, figure(claim)),
      claim.status === "accepted" ? null : html("small", {}, label("status", claim.status))],
    [label("basis", claim.basis)],
    [label("force", claim.force)],
    [...documents.flatMap((one) => [`${one.publisher}: `, reference(one)]),
      claim.locator || claim.note ? html("small", {}, [claim.locator, claim.note].filter(Boolean).join(". ")) : null],
  ];
  return html("tr", behind ? { class: "behind" } : {}, ...cells.map((parts, at) => html("td", { "data-name": COLUMNS[at] }, html("div", {}, ...parts.filter((part) => part !== null)))));
}

function drawLeftOut() {
  const out = data.left_out;
  const parts = [
    [out.services, "split by service (army, navy and so on)"],
    [out.at_home, "about forces in their own country"],
    [out.nowhere, "with no host (afloat, undistributed)"],
  ].filter(([count]) => count).map(([count, what]) => `${number(count)} ${what}`);
  const asked = [
    data.hosts.length ? `host=${JSON.stringify(data.hosts)}` : "", data.senders.length ? `sender=${JSON.stringify(data.senders)}` : "", "status=None",
  ].filter(Boolean).join(", ");
  $("left-out").replaceChildren(html("p", {},
    `This page holds ${plural(claims.length, "claim")}: every one that is not split by service. `,
    parts.length ? `Left out: ${parts.join("; ")}. ` : "Nothing is left out. ",
    "All of them in Python: ", html("code", {}, `troopdata.deployments(${asked})`)));
}
