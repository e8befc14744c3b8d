// The legend of the map, and the hosts that have no outline on it.

function drawLegend(counts) {
  const [ramp, keys] = [data.ramp, []];
  const key = (look, text) => keys.push(html("span", { class: "key" }, swatch(look), text));
  ramp.forEach(([least], at) => {
    const next = ramp[at + 1];
    key(`c${at}`, next ? `${number(least)}–${number(next[0] - 1)}` : `${number(least)} and more`);
  });
  key("l2", "At least the number of the colour");
  key("zero", "Zero: none counted or stationed");
  key("present", "Present, number unknown");
  key("silent", "Unknown in this year");
  key("none", noClaim());
  const users = [...(map.users || [])].sort((a, b) => b[1].sure - a[1].sure || b[1].maybe - a[1].maybe);
  const shown = users.slice(0, 8);
  const dots = shown.map(([sender, { sure, maybe }]) => {
    const dot = html("i", { class: "dot" });
    dot.style.setProperty("--own", data.colours[sender] || "#777777");
    return html("span", { class: "key" }, dot, `${nameOf(sender)} ${number(sure)}${maybe ? ` + ${number(maybe)} possible` : ""}`);
  });
  const unplaced = users.reduce((sum, [, count]) => sum + count.unplaced, 0);
  const words = [];
  if (users.length > shown.length) words.push(`${plural(users.length - shown.length, "more sender")}`);
  words.push(map.zoom ? "hollow: possibly in use; overlapping dots are moved apart" : "hollow: possibly in use");
  if (unplaced) words.push(`${number(unplaced)} of these ${unplaced === 1 ? "has" : "have"} no known location`);
  $("legend").classList.toggle("near", Boolean(map.zoom));
  $("legend").replaceChildren(
    html("p", { class: "legend" }, html("b", {}, `${state.sender ? `${nameOf(state.sender)}: people` : "People"} in the country, best estimate at the end of ${state.year}`), ...keys),
    html("p", { class: "legend", id: "coverage" }, coverageText()),
    html("p", { class: "legend" }, html("b", {}, `Bases in use in ${state.host ? `${inside(state.host)}, ` : ""}${state.year}`), ...dots, html("span", { class: "key" }, words.join("; "))),
  );
}

// For how many senders and hosts the map has a figure, a floor, a sign, or nothing.
function coverageText() {
  const known = { total: 0, floor: 0, sign: 0, nothing: 0 };
  for (const at of knownIn.get(state.year) || []) {
    const row = tables.known.row(at);
    if (state.sender && row.sender !== state.sender) continue;
    for (const name of Object.keys(known)) known[name] += row[name];
  }
  const every = Object.values(known).reduce((sum, count) => sum + count, 0);
  if (!every) return "";
  const one = state.sender || data.senders.length === 1 ? "hosts" : data.hosts.length === 1 ? "senders" : "pairs of sender and host";
  return `Coverage: ${[
    `a figure for ${number(known.total)} of ${number(every)} ${one}`,
    known.floor && `a floor for ${number(known.floor)}`,
    known.sign && `presence only for ${number(known.sign)}`,
    known.nothing && `nothing for ${number(known.nothing)} known before`,
  ].filter(Boolean).join(", ")}.`;
}

function swatch(look) {
  return svg("svg", { width: 18, height: 12, class: "swatch", "aria-hidden": "true" },
    svg("rect", { x: 0.5, y: 0.5, width: 17, height: 11, class: "land", "data-look": look }));
}

// Hosts without an outline on the present-day map, such as former states.
function drawOffMap() {
  const missing = [...map.answers].filter(([code]) => !areaOf.has(code) && (!state.host || state.host === code));
  missing.sort((a, b) => byNumber(a[1], b[1]));
  const buttons = missing.map(([code, one]) => {
    const look = lookOf(code, map.answers);
    const people = one.personnel !== null ? number(one.personnel) : atMost(one.low, null);
    const text = `${nameOf(code)} ${people}`.trim();
    const button = html("button", { type: "button", class: "chip" }, swatch(look), text);
    button.addEventListener("click", () => change({ host: code }));
    return withTooltip(button, () => hostTooltip(code));
  });
  $("off-map").replaceChildren(...(buttons.length
    ? [html("p", { class: "hint" }, "Not on the present-day map:"), html("div", { class: "chips" }, ...buttons)] : []));
}
