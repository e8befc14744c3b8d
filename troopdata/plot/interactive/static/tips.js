// Tooltips, and keyboard navigation among the marks of a view.

const tip = $("tip");

function place(x, y) {
  const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
  const room = document.documentElement.clientWidth;
  tip.style.left = `${Math.max(4, Math.min(x + 12, room - wide - 4))}px`;
  tip.style.top = `${y + 16 + high > innerHeight ? Math.max(4, y - high - 10) : y + 16}px`;
}

function show(lines, x, y) {
  tip.replaceChildren(
    ...lines.filter(Boolean).map((line, at) => html(at ? "span" : "strong", {}, line)),
  );
  tip.hidden = false;
  place(x, y);
}

function hide() {
  tip.hidden = true;
}

function showAt(node, lines) {
  const box = node.getBoundingClientRect();
  show(lines, box.left + box.width / 2, box.top + box.height / 2);
}

// Give an element a tooltip; `lines` is called when the tooltip is shown.
function withTooltip(node, lines) {
  node.addEventListener("pointerenter", (event) => show(lines(), event.clientX, event.clientY));
  node.addEventListener("pointermove", (event) => {
    if (!tip.hidden) place(event.clientX, event.clientY);
  });
  node.addEventListener("pointerleave", hide);
  // Browsers make an SVG element with a focus listener focusable: every mark would be a tab stop.
  if (!(node instanceof HTMLButtonElement)) return node;
  node.addEventListener("focus", () => {
    if (node.matches(":focus-visible")) showAt(node, lines());
  });
  node.addEventListener("blur", hide);
  return node;
}
addEventListener("scroll", hide, { passive: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

const announce = (lines) => {
  $("live").textContent = lines.filter(Boolean).map((line) => line.replace(/\.$/, "")).join(". ");
};

const NEXT = new Set(["ArrowRight", "ArrowDown"]);
const BEFORE = new Set(["ArrowLeft", "ArrowUp"]);

// Make a view a single tab stop whose items are reached with the arrow keys.
// An item is {node, lines, press}.
function arrowNavigation(view, items) {
  let at = -1;
  const mark = (next) => {
    items[at]?.node.classList.remove("current");
    at = Math.max(0, Math.min(next, items.length - 1));
    items[at].node.classList.add("current");
    const { node } = items[at];
    const lines = items[at].lines();
    announce(lines);
    node.scrollIntoView({ block: "nearest" });
    // Scrolling hides tooltips, so this one is shown after it.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (node.classList.contains("current") && document.activeElement === view) showAt(node, lines);
    }));
  };
  view.setAttribute("tabindex", "0");
  view.addEventListener("keydown", (event) => {
    if (!items.length || event.target !== view) return;
    const press = event.key === "Enter" && items[at]?.press;
    if (NEXT.has(event.key)) mark(at + 1);
    else if (BEFORE.has(event.key)) mark(at < 0 ? items.length : at - 1);
    else if (event.key === "Home") mark(0);
    else if (event.key === "End") mark(items.length);
    else if (press) press();
    else return;
    event.preventDefault();
  });
  view.addEventListener("blur", () => {
    items[at]?.node.classList.remove("current");
    hide();
  });
}
