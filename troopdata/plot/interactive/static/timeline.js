// The timeline: agreements with their end, tenancies of bases, and events, over the same years.

const MANY = 14;
const lines = { all: {} };
const STRIPS = [
  ["Coups, attacks, rulings", "X", ["coup", "attack", "court_ruling"]],
  ["Agreements", "o", ["agreement", "notice"]],
  ["Deployments", "^", ["deployment", "force"]],
  ["Withdrawals", "v", ["withdrawal"]],
  ["Bases", "s", ["base", "construction"]],
];

function aboutEvent(row) {
  const law = lawRow.get(row.agreement_id);
  return [
    `${row.said || ""}: ${lower(label("event_kind", row.kind))}`,
    row.description,
    law === undefined ? "" : agreements.get("title")[law],
    row.status === "accepted" ? "" : label("status", row.status),
    `Says: ${publishers(row.source_id).join(", ")}`,
  ];
}

const when = (day) => (yearOf(day) - lines.domain[0]) / (lines.domain[1] + 1 - lines.domain[0]);
const share = (day, missing) => Math.max(0, Math.min(1, day === null ? missing : when(day)));

function drawTimeline() {
  const chosen = dyads();
  const happened = eventsOf();
  if (!state.host) {
    lines.domain = charts.domain;
    return drawHappenings(happened);
  }
  const [laws, stays] = [lawsOf(), staysOf()];
  lines.domain = timelineDomain(chosen, laws, stays, happened);
  const box = html("div", { class: "lines" });
  const items = [];
  box.append(axisOfTimeline());
  if (happened.length) box.append(html("h3", {}, `Events (${number(happened.length)})`), ...strips(happened, items));
  if (laws.length) box.append(html("h3", {}, `Agreements (${number(laws.length)})`), ...some("laws", laws, (law) => lawLine(law, items)));
  if (stays.length) box.append(html("h3", {}, `Tenancies of bases (${number(stays.length)})`), ...crowds(stays, items), ...some("stays", stays, (stay) => stayLine(stay, items)));
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Timeline. Arrow keys go through events, agreements and tenancies.");
  roving(box, items);
  const told = html("details", {}, html("summary", {}, `The ${plural(happened.length, "event")} as a list`), listOfEvents(happened));
  $("timeline").replaceChildren(box, ...(happened.length ? [told] : []));
  $("timeline-lead").textContent =
    `${nameOf(state.host)}${state.sender ? ` and ${nameOf(state.sender)}` : ""}. Bars are solid where certain by the bounds of their dates and light where possible; a bar that is open to the right has no known end.`;
  return markTimeline();
}

function timelineDomain(chosen, laws, stays, happened) {
  const days = [
    ...laws.flatMap((law) => [law.may_from, law.sure_from]), ...stays.map((stay) => stay.sure_from),
    ...happened.map((row) => row.date),
  ].filter((day) => day !== null).map((day) => Math.floor(yearOf(day)));
  const first = Math.min(domain(chosen)[0], ...days.filter((year) => year >= 1900));
  return [Math.max(first, state.since), span[1]];
}

const lawsOf = () => parties.get("party").flatMap((party, at) => {
  if (party !== state.host) return [];
  const row = parties.row(at);
  const law = lawRow.get(row.agreement_id);
  const others = lines.partiesOf.get(row.agreement_id).filter((one) => one !== state.host);
  if (law === undefined || (state.sender && !others.includes(state.sender))) return [];
  return [{ ...row, ...prefixed(agreements.row(law)), others }];
}).sort((a, b) => (a.sure_from ?? a.may_from ?? 0) - (b.sure_from ?? b.may_from ?? 0));

const prefixed = (law) => ({ title: law.title, kind: law.kind, treaty_series: law.treaty_series });
lines.partiesOf = new Map();
parties.get("agreement_id").forEach((id, at) => {
  if (!lines.partiesOf.has(id)) lines.partiesOf.set(id, []);
  lines.partiesOf.get(id).push(parties.get("party")[at]);
});

function staysOf() {
  const found = [];
  tenancies.get("base_id").forEach((id, at) => {
    const base = baseRow.get(id);
    if (base === undefined || bases.get("host")[base] !== state.host) return;
    if (state.sender && tenancies.get("sender")[at] !== state.sender) return;
    found.push({ ...tenancies.row(at), base, name: bases.get("name")[base] });
  });
  const crowd = new Map();
  for (const { sender } of found) crowd.set(sender, (crowd.get(sender) || 0) + 1);
  return found.sort((a, b) => crowd.get(b.sender) - crowd.get(a.sender) || (a.sender < b.sender ? -1 : a.sender > b.sender ? 1 : 0) ||
    (found.length > MANY ? certainDays(b) - certainDays(a) : 0) ||
    (a.sure_from ?? a.may_from ?? -1e9) - (b.sure_from ?? b.may_from ?? -1e9));
}

const certainDays = (stay) => (stay.sure_from === null ? 0
  : Math.max(0, (stay.sure_to ?? dayOf(span[1] + 1)) - stay.sure_from));

// Where tenancies are many: how many ran in each year, sender by sender, certainly and at most.
function crowds(stays, items) {
  if (stays.length <= MANY) return [];
  const [first, last] = lines.domain;
  const senders = [...new Set(stays.map((stay) => stay.sender))].slice(0, 6);
  return senders.map((sender) => {
    const own = stays.filter((stay) => stay.sender === sender);
    const years = [];
    for (let year = first; year <= last; year += 1) {
      const [from, to] = [dayOf(year), dayOf(year + 1)];
      const may = own.filter((stay) => (stay.may_from ?? -Infinity) < to && (stay.may_to ?? Infinity) > from).length;
      const sure = own.filter((stay) => stay.sure_from !== null && stay.sure_from < to &&
        (stay.sure_to ?? Infinity) > Math.max(from, stay.sure_from)).length;
      years.push({ year, may, sure });
    }
    const most = Math.max(1, ...years.map((one) => one.may));
    const area = (key) => `M0 ${most}${years.map((one, at) => `V${most - one[key]}H${at + 1}`).join("")}V${most}Z`;
    const view = svg("svg", { viewBox: `0 0 ${years.length} ${most}`, preserveAspectRatio: "none", class: "crowd" },
      svg("path", { d: area("may"), class: "may" }), svg("path", { d: area("sure") }));
    const colour = data.colours[sender] || "#777777";
    view.style.setProperty("--own", colour);
    const now = years.find((one) => one.year === state.year) || years[years.length - 1];
    const about = () => [`${nameOf(sender)} in ${inside(state.host)}`, ...[state.year].map((year) => {
      const one = years.find((other) => other.year === year) || now;
      return `Bases in use in ${one.year}: ${number(one.sure)} for certain, ${number(one.may)} at most`;
    })];
    const track = tipped(html("div", { class: "track tall" }, view), about);
    items.push({ node: track, lines: about });
    return html("div", { class: "line" }, html("span", {}, nameOf(sender), html("small", {}, `bases in use by year, ${plural(own.length, "tenancy", "tenancies")}; at most ${number(most)} at a time`)), track);
  });
}

function eventsOf() {
  const found = [];
  for (let at = 0; at < events.length; at += 1) {
    const [host, sender, date] = ["host", "sender", "date"].map((name) => events.get(name)[at]);
    if (date === null || (state.host && host !== state.host)) continue;
    if (state.sender && sender !== null && sender !== state.sender) continue;
    if (state.sender && sender === null && !state.host) continue;
    found.push(events.row(at));
  }
  return found.sort((a, b) => a.date - b.date);
}

// Without a host: what happened in the year, as a list.
function drawHappenings(happened) {
  const year = happened.filter((row) => Math.floor(yearOf(row.date)) === state.year);
  $("timeline-lead").textContent =
    `${plural(year.length, "event")} of ${state.year}${state.sender ? ` with forces of ${inside(state.sender)}` : " in the world"}. Choose a host to see its agreements and bases over time.`;
  $("timeline").replaceChildren(listOfEvents(year));
}

function listOfEvents(rows) {
  return html("ul", { class: "events" }, ...rows.map((row) => {
    const documents = sourcesOf(row.source_id);
    const where = state.host || row.host === null ? null : hostButton(row.host);
    return html("li", {},
      html("b", {}, row.said || ""), " ", where, where ? ": " : "", row.description,
      row.status === "accepted" ? "" : ` (${lower(label("status", row.status))})`, " ",
      html("span", { class: "says" }, ...documents.flatMap((one, at) => [at ? "; " : "", `${one.publisher}, `, reference(one)])));
  }));
}

function hostButton(code) {
  const button = html("button", { type: "button", class: "plain" }, nameOf(code));
  button.addEventListener("click", () => change({ host: code }));
  return button;
}

function axisOfTimeline() {
  const track = html("div", { class: "track axis", "aria-hidden": "true" });
  for (const year of ticks(lines.domain[0], lines.domain[1], Math.max(3, $("timeline").clientWidth / 110))) {
    const tick = html("span", {}, String(year));
    tick.style.left = `${when(dayOf(year)) * 100}%`;
    track.append(tick);
  }
  return html("div", { class: "line" }, html("span", {}), track);
}

function some(name, rows, draw) {
  const shown = lines.all[name] ? rows : rows.slice(0, MANY);
  const nodes = shown.map(draw);
  if (rows.length <= MANY) return nodes;
  const button = html("button", { type: "button", "data-more": name, "aria-expanded": String(Boolean(lines.all[name])) },
    lines.all[name] ? "Show fewer" : `Show ${number(rows.length - MANY)} more`);
  button.addEventListener("click", () => {
    lines.all[name] = !lines.all[name];
    drawTimeline();
    $("timeline").querySelector(`[data-more="${name}"]`)?.focus();
  });
  return [...nodes, html("p", { class: "buttons" }, button)];
}

function strips(happened, items) {
  return STRIPS.flatMap(([name, mark, sorts]) => {
    const rows = happened.filter((row) => sorts.some((sort) => row.kind.startsWith(sort)));
    if (!rows.length) return [];
    const track = html("div", { class: "track" });
    for (const row of rows) {
      const node = svg("svg", { class: "pin", viewBox: "-7 -7 14 14", width: 14, height: 14 }, svg("path", { d: SHAPES[mark] }));
      node.style.left = `${share(row.date, 0) * 100}%`;
      if (row.status !== "accepted") node.classList.add("disputed");
      track.append(tipped(node, () => aboutEvent(row)));
      items.push({ node, lines: () => aboutEvent(row), press: () => change({ year: Math.floor(yearOf(row.date)) }) });
    }
    return [html("div", { class: "line" }, html("span", {}, `${name} (${number(rows.length)})`), track)];
  });
}

// A bar from its bounds: light for the longest span, solid for the certain one.
function bar(row, colour, about, items) {
  const track = html("div", { class: "track" });
  const piece = (from, to, kind) => {
    if (to <= from) return;
    const node = html("i", { class: kind });
    node.style.left = `${from * 100}%`;
    node.style.width = `${(to - from) * 100}%`;
    if (colour) node.style.setProperty("--own", colour);
    track.append(node);
  };
  piece(share(row.may_from, 0), share(row.may_to, 1), row.may_to === null ? "may open" : "may");
  if (row.sure_from !== null) piece(share(row.sure_from, 0), share(row.sure_to, 1), row.sure_to === null ? "sure open" : "sure");
  tipped(track, about);
  items.push({ node: track, lines: about });
  return track;
}

function lawLine(law, items) {
  const end = law.ended ? `${lower(label("agreement_end", law.end_mode)) || "ended"} ${law.over || ""}` : "no end known";
  const about = () => [
    law.title,
    `${label("agreement_kind", law.kind)}${law.treaty_series ? `, ${law.treaty_series}` : ""}`,
    `With ${law.others.slice(0, 8).map(nameOf).join(", ")}${law.others.length > 8 ? ` and ${law.others.length - 8} others` : ""}`,
    `Signed ${law.signed || "on an unknown day"}; ${law.stated ? `in force ${law.begun}` : "no entry into force stated"}; ${end}`,
    `Says: ${publishers(law.source_id).join(", ")}`,
  ];
  const colour = law.ended ? "var(--ended)" : "var(--law)";
  return html("div", { class: "line" },
    html("span", {}, law.title, " ", html("small", {}, law.ended ? end : "")), bar(law, colour, about, items));
}

function stayLine(stay, items) {
  const about = () => aboutStay({ at: stay.at, base: stay.base, sure: true });
  return html("div", { class: "line" },
    html("span", {}, `${stay.name} `, html("small", {}, `${nameOf(stay.sender)}${stay.over ? `, ${lower(label("tenancy_end", stay.end_mode)) || "ended"} ${stay.over}` : ""}`)),
    bar(stay, data.colours[stay.sender] || "#777777", about, items));
}

function markTimeline() {
  const at = state.host ? when(dayOf(state.year, 6)) : 0;
  $("timeline").style.setProperty("--now-at", `${at * 100}%`);
}
