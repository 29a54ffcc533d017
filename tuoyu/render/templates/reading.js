// The page as it is read: words found, the section in sight, tables that move.
// ---- search ----
const form = document.querySelector(".search");
const input = document.getElementById("search");
const found = document.getElementById("found");
let hits = [];
let at = -1;
let asked = "";
const texts = () => {
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  let block = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("svg, .tools, .noteref, .anchor, [hidden]")) continue;
    const own = node.parentElement.closest("p, li, td, th, dt, dd, caption, figcaption, h1, h2, h3, h4, h5, h6");
    if (own !== block) text += "\n";
    block = own;
    nodes.push([text.length, node]);
    text += node.data;
  }
  return [text, nodes];
};
const search = (wanted) => {
  hits = [];
  at = -1;
  if (!wanted) return;
  const [text, nodes] = texts();
  const place = (offset) => {
    let low = 0;
    let high = nodes.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (nodes[middle][0] <= offset) low = middle;
      else high = middle - 1;
    }
    return [nodes[low][1], Math.min(offset - nodes[low][0], nodes[low][1].data.length)];
  };
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
    const range = document.createRange();
    range.setStart(...place(from));
    const [node, offset] = place(from + wanted.length - 1);
    range.setEnd(node, offset + 1);
    hits.push(range);
  }
};
const mark = () => {
  if (!window.Highlight) return;
  CSS.highlights.set("found", new Highlight(...hits));
  CSS.highlights.set("current", new Highlight(...(hits[at] ? [hits[at]] : [])));
};
const go = () => {
  const wanted = input.value.trim();
  if (wanted !== asked) search(wanted);
  asked = wanted;
  if (hits.length) {
    at = (at + 1) % hits.length;
    const place = hits[at].startContainer.parentElement;
    const details = place.closest("details");
    if (details) details.open = true;
    place.scrollIntoView({ block: "center" });
  }
  found.textContent = wanted && (hits.length ? `第 ${at + 1} 处，共 ${hits.length} 处` : "没有找到");
  mark();
};
form.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
input.addEventListener("input", () => {
  if (input.value) return;
  asked = found.textContent = "";
  hits = [];
  mark();
});

// ---- where the reader is ----
const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
const headings = [...main.querySelectorAll("h2[id], h3[id]")].filter((one) => links.has(one.id));
const contents = document.querySelector(".contents");
let current = null;
const locate = () => {
  const passed = headings.filter((one) => one.getBoundingClientRect().top < 40);
  const link = passed.length ? links.get(passed[passed.length - 1].id) : null;
  if (link === current) return;
  if (current) current.removeAttribute("aria-current");
  current = link;
  if (!link) return;
  link.setAttribute("aria-current", "location");
  const { top, bottom } = link.getBoundingClientRect();
  const frame = contents.getBoundingClientRect();
  if (getComputedStyle(contents).position === "sticky" && (top < frame.top + 20 || bottom > frame.bottom - 20)) {
    contents.scrollTop += top - frame.top - frame.height / 2;
  }
};
let waiting = false;
window.addEventListener(
  "scroll",
  () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      locate();
    });
  },
  { passive: true },
);

// A table or figure that is wider than the screen says that it can be moved; keys move it too.
const widths = () => {
  for (const one of document.querySelectorAll(".scroll, .drawing")) {
    const wide = one.classList.toggle("wide", one.scrollWidth > one.clientWidth + 1);
    if (one.classList.contains("drawing")) one.toggleAttribute("tabindex", wide);
    if (wide) one.tabIndex = 0;
  }
};
window.addEventListener("resize", widths);

for (const one of document.querySelectorAll(".scripted")) one.hidden = false;
document.querySelector(".contents details").open = !window.matchMedia("(max-width: 62rem)").matches;
widths();
locate();
