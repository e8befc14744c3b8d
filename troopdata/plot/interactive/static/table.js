// The table of claims with their sources.

const PAGE = innerWidth < 620 ? 25 : 60;
const shownRows = { claims: PAGE, answers: false };

const COLUMNS = ["As of", "Sender and host", "Figure", "What was counted", "Force", "Source"];

function drawTable() {
  const rows = tableRows();
  const shown = rows.slice(0, shownRows.claims);
  const behind = claimsBehind();
  $("claims").tHead.replaceChildren(html("tr", {}, ...COLUMNS.map((name) => html("th", { scope: "col" }, name))));
  $("claims").tBodies[0].replaceChildren(...shown.map((at) => claimRow(claims.row(at), behind.has(at))));
  const every = $("all-years").checked;
  $("table-lead").textContent = rows.length
    ? `${plural(rows.length, "claim")} for ${every ? "all years" : state.year}; ${number(shown.length)} shown. A dot marks the claims that the best estimates for ${state.year} rest on.`
    : `No claim for ${every ? "any year" : state.year} in this selection. No record does not mean none.`;
  $("more-claims").hidden = shown.length === rows.length;
  $("more-claims").textContent = `Show ${number(Math.min(PAGE * 5, rows.length - shown.length))} more`;
}

function tableRows() {
  const [all, years] = [$("all-claims").checked, $("all-years").checked];
  const [first, last] = [dayOf(state.year), dayOf(state.year + 1)];
  const behind = claimsBehind();
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

// The claims that the best estimates of the year rest on.
function claimsBehind() {
  const found = new Set();
  for (const at of presenceIn.get(state.year) || []) {
    if (state.host && presence.get("host")[at] !== state.host) continue;
    if (state.sender && presence.get("sender")[at] !== state.sender) continue;
    for (const row of presence.get("claim_rows")[at]) found.add(row);
  }
  return found;
}

function claimRow(claim, behind) {
  const documents = sourcesOf(claim.source_id);
  const where = [claim.place, operationName.get(claim.operation_id)].filter(Boolean).join("; ");
  const cells = [
    [html("span", { class: "nowrap" }, claim.date_text || "no date")],
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
    [out.nowhere, "without a host (afloat, undistributed)"],
  ].filter(([count]) => count).map(([count, what]) => `${number(count)} ${what}`);
  const asked = [
    data.hosts.length ? `host=${JSON.stringify(data.hosts)}` : "", data.senders.length ? `sender=${JSON.stringify(data.senders)}` : "", "status=None",
  ].filter(Boolean).join(", ");
  $("left-out").replaceChildren(html("p", {},
    `This page contains ${plural(claims.length, "claim")}, those that are not split by service. `,
    parts.length ? `Left out: ${parts.join("; ")}. ` : "Nothing is left out. ",
    "All of them in Python: ", html("code", {}, `troopdata.deployments(${asked})`)));
}
