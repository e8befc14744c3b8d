// Drives the interactive page in an offline browser, and prints a report as JSON.
// node explorer.js CHROMIUM WORLD.html NIGER.html, with playwright-core in NODE_PATH.
"use strict";
const { chromium } = require("playwright-core");
const { pathToFileURL } = require("node:url");

const [binary, world, niger] = process.argv.slice(2);
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--no-first-run", "--disable-quic",
];
const seen = { errors: [], outside: [], ready: [], widths: {} };

async function opened(browser, file, hash, size) {
  const context = await browser.newContext({ viewport: size, offline: true });
  await context.route("**/*", (route) => {
    const address = route.request().url();
    if (address.startsWith("file:")) return route.continue();
    seen.outside.push(address);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) seen.outside.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  await page.goto(pathToFileURL(file).href + hash);
  await settled(page, () => document.documentElement.dataset.ready === "yes");
  return page;
}

// The page's policy forbids the evaluation that `waitForFunction` needs, so poll instead.
async function settled(page, question) {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await page.evaluate(question)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`timed out: ${question}`);
}
const frames = (page) => page.evaluate(() =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

const views = (page) => page.evaluate(() => ({
  hash: location.hash,
  title: document.getElementById("answer-title").textContent,
  answers: [...document.querySelectorAll("#answers li")].map((one) => one.textContent),
  looks: [...document.querySelectorAll("#map-view path.land")].map((one) => one.dataset.look).join(),
  bases: document.querySelectorAll("#bases circle").length,
  marker: document.querySelector("#series line.now")?.getAttribute("x1") ?? null,
  now: document.getElementById("timeline").style.getPropertyValue("--now-at"),
  series: [...document.querySelectorAll("#series figure")].map((one) => one.dataset.dyad),
  timeline: document.querySelectorAll("#timeline .line").length,
  rows: document.querySelectorAll("#claims tbody tr").length,
  links: [...document.querySelectorAll("#claims a")].map((one) => one.href),
  year: document.getElementById("year").value,
  focus: document.activeElement?.id ?? "",
}));

// The ids of all focusable elements, in tab order.
async function tabbed(page) {
  await page.evaluate(() => document.activeElement?.blur());
  const reached = [];
  for (let turn = 0; turn < 60; turn += 1) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => {
      const one = document.activeElement;
      const style = getComputedStyle(one);
      return {
        id: one.id || (one.closest("figure") ? "chart" : one.closest("#timeline") ? "timeline" : one.tagName),
        visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
        named: Boolean(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length),
      };
    }));
  }
  return reached;
}

async function main() {
  const browser = await chromium.launch({ executablePath: binary, headless: true, args: FLAGS });
  const desk = { width: 1280, height: 900 };
  for (let run = 0; run < 3; run += 1) {
    const page = await opened(browser, world, "#year=2025", desk);
    seen.ready.push(await page.evaluate(() => performance.getEntriesByName("ready")[0].startTime));
    await page.context().close();
  }

  // How each country is shaded, and what is said about the selection.
  seen.shades = {};
  for (const hash of ["#year=2025", "#year=2019", "#sender=CHN&year=2025", "#sender=USA&year=2025",
    "#host=DJI&year=2025", "#host=DJI&sender=USA&year=2025", "#host=TJK&sender=RUS&year=2025", ""]) {
    const one = await opened(browser, world, hash, desk);
    seen.shades[hash] = await one.evaluate(() => ({
      looks: Object.fromEntries([...document.querySelectorAll("#map-view path.land[data-country]")]
        .map((node) => [node.dataset.country, node.dataset.look])),
      lead: document.getElementById("answer-lead").textContent,
      coverage: document.getElementById("coverage").textContent,
      answers: [...document.querySelectorAll("#answers li")].map((line) => line.textContent),
      year: document.getElementById("year").value,
      series: document.querySelectorAll("#series path.assigned, #series path.least:not([d=''])").length,
    }));
    await one.context().close();
  }

  const page = await opened(browser, world, "#host=NER&year=2023", desk);
  seen.start = await views(page);
  await page.focus("#year");
  await page.keyboard.press("ArrowRight");
  await frames(page);
  seen.after = await views(page);
  await page.keyboard.press("Home");
  await frames(page);
  seen.first = await views(page);

  await page.selectOption("#host", "DJI");
  await frames(page);
  seen.chosen = await views(page);
  await page.selectOption("#sender", "USA");
  await frames(page);
  seen.both = await views(page);

  await page.click("#world");
  await page.selectOption("#sender", "");
  await frames(page);
  seen.world = await views(page);
  await page.focus("#map-view");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  seen.announced = await page.evaluate(() => document.getElementById("live").textContent);
  seen.tip = await page.evaluate(() => !document.getElementById("tip").hidden);
  await page.keyboard.press("Enter");
  await frames(page);
  seen.entered = await views(page);
  await page.keyboard.press("Escape");
  await frames(page);
  seen.escaped = await views(page);

  const point = await page.evaluate(() => {
    const box = document.getElementById("map-view").getBoundingClientRect();
    return [box.left + box.width * 0.355, box.top + box.height * 0.62];
  });
  await page.mouse.click(...point);
  await frames(page);
  seen.clicked = await views(page);

  const kept = await opened(browser, world, seen.both.hash, desk);
  seen.bookmark = await views(kept);
  seen.tabs = await tabbed(await opened(browser, niger, "#year=2023", desk));

  const charts = await opened(browser, niger, "#sender=USA&year=2023", desk);
  await charts.focus("#series svg.chart");
  await charts.keyboard.press("End");
  seen.chart = await charts.evaluate(() => document.getElementById("live").textContent);
  await charts.focus("#timeline .lines");
  await charts.keyboard.press("ArrowDown");
  seen.event = await charts.evaluate(() => document.getElementById("live").textContent);

  await charts.evaluate(() => document.getElementById("year").focus());
  await charts.keyboard.press("Home");
  await charts.focus("#play");
  await charts.keyboard.press("Enter");
  const before = await charts.evaluate(() => Number(document.getElementById("year").value));
  await new Promise((resolve) => setTimeout(resolve, 1800));
  await charts.keyboard.press("Enter");
  seen.played = (await charts.evaluate(() => Number(document.getElementById("year").value))) - before;

  for (const [name, file] of [["world", world], ["niger", niger]]) {
    const phone = await opened(browser, file, "#year=2023", { width: 390, height: 844 });
    seen.widths[name] = await phone.evaluate(() => document.documentElement.scrollWidth);
    await phone.context().close();
  }
  await browser.close();
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
