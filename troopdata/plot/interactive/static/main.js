// The state of the page, its controls, and the updates when it changes.

const state = { host: "", sender: "", year: data.year, since: 0 };
const everSenders = new Set([...presence.get("sender"), ...tenancies.get("sender")]);
const hostsHere = new Set([...presence.get("host"), ...bases.get("host")]);
for (const party of parties.get("role").keys()) {
  if (parties.get("role")[party] !== "sender" && !data.hosts.length) hostsHere.add(parties.get("party")[party]);
}
function hostKnown(code) {
  return hostsHere.has(code);
}

function options(id, codes, all) {
  const named = [...codes].filter(Boolean).map((code) => [nameOf(code), code]).sort((a, b) => a[0].localeCompare(b[0], "en"));
  $(id).replaceChildren(html("option", { value: "" }, all), ...named.map(([name, code]) => html("option", { value: code }, name)));
}

const clamp = (year) => Math.max(span[0], Math.min(span[1], year));

// The view without an address: the host and the sender of the page, if there is only one of each.
const home = {
  host: data.hosts.length === 1 && hostsHere.has(data.hosts[0]) ? data.hosts[0] : "",
  sender: data.senders.length === 1 && everSenders.has(data.senders[0]) ? data.senders[0] : "",
};
const KNOWN = { host: hostsHere, sender: everSenders };

function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const found = { ...home, year: state.year, since: Number(asked.get("from")) || 0 };
  for (const [name, codes] of Object.entries(KNOWN)) {
    const code = asked.get(name);
    if (code !== null) found[name] = codes.has(code) ? code : "";
  }
  if (/^\d{4}$/.test(asked.get("year") || "")) found.year = clamp(Number(asked.get("year")));
  return found;
}

function toAddress() {
  const parts = new URLSearchParams();
  for (const name of ["host", "sender"]) if (state[name] !== home[name]) parts.set(name, state[name]);
  parts.set("year", state.year);
  if (state.since) parts.set("from", state.since);
  try {
    history.replaceState(null, "", `#${parts}`);
  } catch {
    // Some browsers keep no history for local files; the page works without it.
  }
}

// Change what is shown: any of host, sender, year.
function change(wanted) {
  const next = { ...state, ...wanted };
  const moved = next.host !== state.host;
  const other = moved || next.sender !== state.sender || next.since !== state.since;
  if (!other && next.year === state.year) return;
  Object.assign(state, next);
  if (other) {
    Object.assign(shownRows, { answers: false });
    charts.all = false;
    lines.all = {};
  }
  shownRows.claims = PAGE;
  hide();
  if (moved) zoomTo(state.host);
  draw(other, moved);
  toAddress();
}

let pending = null;
function draw(whole, moved) {
  pending = { whole: whole || pending?.whole, moved: moved || pending?.moved, asked: pending?.asked };
  if (pending.asked) return;
  pending.asked = requestAnimationFrame(() => {
    const now = pending;
    pending = null;
    drawNow(now.whole, now.moved);
  });
}

function drawNow(whole, moved) {
  const before = document.activeElement;
  drawViews(whole, moved);
  // If the focused element was replaced, move the focus to where the selection is shown.
  if (before && !before.isConnected) {
    $(before.id === "map-view" ? "map-view" : "answer").focus({ preventScroll: true });
  }
}

function drawViews(whole, moved) {
  controls();
  if (moved) drawMap();
  else colourMap();
  drawAnswer();
  if (whole) {
    drawSeries();
    drawTimeline();
  }
  markYear();
  markTimeline();
  clearTimeout(later);
  if (whole || state.host) drawTable();
  else later = setTimeout(drawRest, 150);
}

// Without a host, charts, events and claims depend on the year: they wait until the slider rests.
let later = null;
function drawRest() {
  drawSeries();
  drawTimeline();
  markYear();
  drawTable();
}

function controls() {
  $("host").value = state.host;
  $("sender").value = state.sender;
  $("since").value = String(state.since);
  $("year").value = state.year;
  $("year").setAttribute("aria-valuetext", String(state.year));
  $("shown").textContent = state.year;
  $("world").disabled = !state.host && !map.zoom;
}

let playing = null;
function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => {
    if (state.year >= span[1]) play(false);
    else change({ year: state.year + 1 });
  }, 700) : null;
  $("play").textContent = on ? "Pause" : "Play";
  $("play").setAttribute("aria-pressed", String(on));
}

function addListeners() {
  options("host", hostsHere, "All hosts");
  options("sender", everSenders, "All senders");
  const decades = [];
  for (let year = Math.ceil((span[0] + 1) / 10) * 10; year < span[1]; year += 10) decades.push(year);
  $("since").replaceChildren(html("option", { value: "0" }, "the beginning"),
    ...decades.map((year) => html("option", { value: year }, String(year))));
  $("since").addEventListener("change", () => change({ since: Number($("since").value) }));
  $("year").setAttribute("min", span[0]);
  $("year").setAttribute("max", span[1]);
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("host").addEventListener("change", () => change({ host: $("host").value }));
  $("sender").addEventListener("change", () => change({ sender: $("sender").value }));
  $("year").addEventListener("input", () => change({ year: Number($("year").value) }));
  $("play").addEventListener("click", () => {
    if (!playing && state.year >= span[1]) change({ year: span[0] });
    play(!playing);
  });
  $("closer").addEventListener("click", () => zoomBy(0.6));
  $("farther").addEventListener("click", () => zoomBy(1.7));
  $("world").addEventListener("click", () => {
    map.zoom = null;
    if (state.host) change({ host: "" });
    else draw(false, true);
  });
  $("with-bases").addEventListener("change", colourMap);
  for (const id of ["all-years", "all-claims"]) {
    $(id).addEventListener("change", () => {
      shownRows.claims = PAGE;
      drawTable();
    });
  }
  $("more-claims").addEventListener("click", () => {
    shownRows.claims += PAGE * 5;
    drawTable();
  });
  $("more-answers").addEventListener("click", () => {
    shownRows.answers = !shownRows.answers;
    drawAnswer();
  });
  $("more-series").addEventListener("click", () => {
    charts.all = !charts.all;
    drawSeries();
    markYear();
  });
  $("skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("answer").focus();
  });
  addEventListener("hashchange", () => change(fromAddress()));
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (width === document.documentElement.clientWidth) return;
    width = document.documentElement.clientWidth;
    draw(true, true);
  });
}

function start() {
  state.year = clamp(state.year);
  $("about").textContent = `troopdata ${data.release}, with what was known by ${data.cutoff}. Each row is one source's claim; best estimates are derived from claims and do not replace them. No record does not mean none.`;
  $("footer").replaceChildren(
    html("p", {}, `Cite: ${data.cite}. Outlines: Natural Earth, by present-day de facto control.`),
    html("p", {}, "This page works offline and sends no data. The part of its address after # records what is shown."));
  addListeners();
  Object.assign(state, fromAddress());
  zoomTo(state.host);
  drawNow(true, true);
  drawLeftOut();
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
}

start();
