// The timeline: agreements, tenancies of bases, and events over the same years.

const MANY = 14;
const lines = { all: {} };
const STRIPS = [
  ["Coups, attacks, rulings", "X", ["coup", "attack", "court_ruling"]],
  ["Agreements", "o", ["agreement", "notice"]],
  ["Deployments", "^", ["deployment", "force"]],
  ["Withdrawals", "v", ["withdrawal"]],
  ["Bases", "s", ["base", "construction"]],
];

function eventTooltip(row) {
  const agreement = agreementRow.get(row.agreement_id);
  return [
    `${row.date_text || ""}: ${lower(label("event_kind", row.kind))}`,
    row.description,
    agreement === undefined ? "" : agreements.get("title")[agreement],
    row.status === "accepted" ? "" : label("status", row.status),
    `Source: ${publishers(row.source_id).join(", ")}`,
  ];
}

const when = (day) => (yearOf(day) - lines.domain[0]) / (lines.domain[1] + 1 - lines.domain[0]);
const share = (day, missing) => Math.max(0, Math.min(1, day === null ? missing : when(day)));

function drawTimeline() {
  const chosen = dyads();
  const shownEvents = eventsOf();
  if (!state.host) {
    lines.domain = charts.domain;
    return drawEventsOfYear(shownEvents);
  }
  const [hostAgreements, hostTenancies] = [agreementsOfHost(), tenanciesOfHost()];
  lines.domain = timelineDomain(chosen, hostAgreements, hostTenancies, shownEvents);
  const box = html("div", { class: "lines" });
  const items = [];
  box.append(axisOfTimeline());
  if (shownEvents.length) box.append(html("h3", {}, `Events (${number(shownEvents.length)})`), ...strips(shownEvents, items));
  if (hostAgreements.length) box.append(html("h3", {}, `Agreements (${number(hostAgreements.length)})`), ...some("agreements", hostAgreements, (agreement) => agreementLine(agreement, items)));
  if (hostTenancies.length) box.append(html("h3", {}, `Tenancies of bases (${number(hostTenancies.length)})`), ...countsBySender(hostTenancies, items), ...some("tenancies", hostTenancies, (tenancy) => tenancyLine(tenancy, items)));
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Timeline. Arrow keys step through events, agreements and tenancies.");
  arrowNavigation(box, items);
  const list = html("details", {}, html("summary", {}, `List of the ${plural(shownEvents.length, "event")}`), listOfEvents(shownEvents));
  $("timeline").replaceChildren(box, ...(shownEvents.length ? [list] : []));
  $("timeline-lead").textContent =
    `${state.sender ? `${nameOf(state.sender)} in ${inside(state.host)}` : nameOf(state.host)}. Bars are solid where certain, given the precision of the dates, and light where possible; a bar that is open on the right has no known end.`;
  return markTimeline();
}

function timelineDomain(chosen, hostAgreements, hostTenancies, shownEvents) {
  const days = [
    ...hostAgreements.flatMap((agreement) => [agreement.may_from, agreement.sure_from]), ...hostTenancies.map((tenancy) => tenancy.sure_from),
    ...shownEvents.map((row) => row.date),
  ].filter((day) => day !== null).map((day) => Math.floor(yearOf(day)));
  const first = Math.min(domain(chosen)[0], ...days.filter((year) => year >= 1900));
  return [Math.max(first, state.since), span[1]];
}

const agreementsOfHost = () => parties.get("party").flatMap((party, at) => {
  if (party !== state.host) return [];
  const row = parties.row(at);
  const agreement = agreementRow.get(row.agreement_id);
  const others = lines.partiesOf.get(row.agreement_id).filter((one) => one !== state.host);
  if (agreement === undefined || (state.sender && !others.includes(state.sender))) return [];
  return [{ ...row, ...prefixed(agreements.row(agreement)), others }];
}).sort((a, b) => (a.sure_from ?? a.may_from ?? 0) - (b.sure_from ?? b.may_from ?? 0));

const prefixed = (agreement) => ({ title: agreement.title, kind: agreement.kind, treaty_series: agreement.treaty_series });
lines.partiesOf = new Map();
parties.get("agreement_id").forEach((id, at) => {
  if (!lines.partiesOf.has(id)) lines.partiesOf.set(id, []);
  lines.partiesOf.get(id).push(parties.get("party")[at]);
});

function tenanciesOfHost() {
  const found = [];
  tenancies.get("base_id").forEach((id, at) => {
    const base = baseRow.get(id);
    if (base === undefined || bases.get("host")[base] !== state.host) return;
    if (state.sender && tenancies.get("sender")[at] !== state.sender) return;
    found.push({ ...tenancies.row(at), base, name: bases.get("name")[base] });
  });
  const counts = new Map();
  for (const { sender } of found) counts.set(sender, (counts.get(sender) || 0) + 1);
  return found.sort((a, b) => counts.get(b.sender) - counts.get(a.sender) || (a.sender < b.sender ? -1 : a.sender > b.sender ? 1 : 0) ||
    (found.length > MANY ? certainDays(b) - certainDays(a) : 0) ||
    (a.sure_from ?? a.may_from ?? -1e9) - (b.sure_from ?? b.may_from ?? -1e9));
}

const certainDays = (tenancy) => (tenancy.sure_from === null ? 0
  : Math.max(0, (tenancy.sure_to ?? dayOf(span[1] + 1)) - tenancy.sure_from));

// If there are many tenancies: their number in each year, sender by sender, certainly and at most.
function countsBySender(hostTenancies, items) {
  if (hostTenancies.length <= MANY) return [];
  const [first, last] = lines.domain;
  const senders = [...new Set(hostTenancies.map((tenancy) => tenancy.sender))].slice(0, 6);
  return senders.map((sender) => {
    const own = hostTenancies.filter((tenancy) => tenancy.sender === sender);
    const years = [];
    for (let year = first; year <= last; year += 1) {
      const [from, to] = [dayOf(year), dayOf(year + 1)];
      const may = own.filter((tenancy) => (tenancy.may_from ?? -Infinity) < to && (tenancy.may_to ?? Infinity) > from).length;
      const sure = own.filter((tenancy) => tenancy.sure_from !== null && tenancy.sure_from < to &&
        (tenancy.sure_to ?? Infinity) > Math.max(from, tenancy.sure_from)).length;
      years.push({ year, may, sure });
    }
    const most = Math.max(1, ...years.map((one) => one.may));
    const area = (key) => `M0 ${most}${years.map((one, at) => `V${most - one[key]}H${at + 1}`).join("")}V${most}Z`;
    const view = svg("svg", { viewBox: `0 0 ${years.length} ${most}`, preserveAspectRatio: "none", class: "counts" },
      svg("path", { d: area("may"), class: "may" }), svg("path", { d: area("sure") }));
    const colour = data.colours[sender] || "#777777";
    view.style.setProperty("--own", colour);
    const now = years.find((one) => one.year === state.year) || years[years.length - 1];
    const about = () => [`${nameOf(sender)} in ${inside(state.host)}`, ...[state.year].map((year) => {
      const one = years.find((other) => other.year === year) || now;
      return `Bases in use in ${one.year}: certainly ${number(one.sure)}, at most ${number(one.may)}`;
    })];
    const track = withTooltip(html("div", { class: "track tall" }, view), about);
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

// Without a host: the events of the year, as a list.
function drawEventsOfYear(shownEvents) {
  const year = shownEvents.filter((row) => Math.floor(yearOf(row.date)) === state.year);
  $("timeline-lead").textContent =
    `${plural(year.length, "event")} in ${state.year}${state.sender ? ` involving forces of ${inside(state.sender)}` : " worldwide"}. Select a host to see its agreements and bases over time.`;
  $("timeline").replaceChildren(listOfEvents(year));
}

function listOfEvents(rows) {
  return html("ul", { class: "events" }, ...rows.map((row) => {
    const documents = sourcesOf(row.source_id);
    const where = state.host || row.host === null ? null : hostButton(row.host);
    return html("li", {},
      html("b", {}, row.date_text || ""), " ", where, where ? ": " : "", row.description,
      row.status === "accepted" ? "" : ` (${lower(label("status", row.status))})`, " ",
      html("span", { class: "sources" }, ...documents.flatMap((one, at) => [at ? "; " : "", `${one.publisher}, `, reference(one)])));
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

function strips(shownEvents, items) {
  return STRIPS.flatMap(([name, mark, sorts]) => {
    const rows = shownEvents.filter((row) => sorts.some((sort) => row.kind.startsWith(sort)));
    if (!rows.length) return [];
    const track = html("div", { class: "track" });
    for (const row of rows) {
      const node = svg("svg", { class: "pin", viewBox: "-7 -7 14 14", width: 14, height: 14 }, svg("path", { d: SHAPES[mark] }));
      node.style.left = `${share(row.date, 0) * 100}%`;
      if (row.status !== "accepted") node.classList.add("disputed");
      track.append(withTooltip(node, () => eventTooltip(row)));
      items.push({ node, lines: () => eventTooltip(row), press: () => change({ year: Math.floor(yearOf(row.date)) }) });
    }
    return [html("div", { class: "line" }, html("span", {}, `${name} (${number(rows.length)})`), track)];
  });
}

// A bar: light for the longest possible span, solid for the certain one.
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
  withTooltip(track, about);
  items.push({ node: track, lines: about });
  return track;
}

function agreementLine(agreement, items) {
  const end = agreement.ended ? `${lower(label("agreement_end", agreement.end_mode)) || "ended"} ${agreement.ended_text || ""}` : "no known end";
  const about = () => [
    agreement.title,
    `${label("agreement_kind", agreement.kind)}${agreement.treaty_series ? `, ${agreement.treaty_series}` : ""}`,
    `With ${agreement.others.slice(0, 8).map(nameOf).join(", ")}${agreement.others.length > 8 ? ` and ${agreement.others.length - 8} others` : ""}`,
    `Signed ${agreement.signed || "on an unknown day"}; ${agreement.stated ? `in force ${agreement.started_text}` : "entry into force not stated"}; ${end}`,
    `Source: ${publishers(agreement.source_id).join(", ")}`,
  ];
  const colour = agreement.ended ? "var(--ended)" : "var(--agreement)";
  return html("div", { class: "line" },
    html("span", {}, agreement.title, " ", html("small", {}, agreement.ended ? end : "")), bar(agreement, colour, about, items));
}

function tenancyLine(tenancy, items) {
  const about = () => tenancyTooltip({ at: tenancy.at, base: tenancy.base, sure: true });
  return html("div", { class: "line" },
    html("span", {}, `${tenancy.name} `, html("small", {}, `${nameOf(tenancy.sender)}${tenancy.ended_text ? `, ${lower(label("tenancy_end", tenancy.end_mode)) || "ended"} ${tenancy.ended_text}` : ""}`)),
    bar(tenancy, data.colours[tenancy.sender] || "#777777", about, items));
}

function markTimeline() {
  const at = state.host ? when(dayOf(state.year, 6)) : 0;
  $("timeline").style.setProperty("--now-at", `${at * 100}%`);
}
