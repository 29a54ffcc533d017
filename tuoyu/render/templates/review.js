// All printed numbers in order (数字核对), for those who check them: filtered, searched, and what hangs on what.
const sheet = document.getElementById("review");
const filter = document.getElementById("review-filter");
const list = document.getElementById("review-list");
const count = document.getElementById("review-count");
const cause = document.getElementById("review-cause");
const turns = document.getElementById("review-turns");
const own = (id) => findings[id] || [];
const doubts = [
  ["own", "有核验意见", (one) => own(one.id).length],
  ["inherited", "所用数据有核验意见", (one) => one.inherited.length],
  ["any", "本身或所用数据有核验意见", (one) => own(one.id).length || one.inherited.length],
  ["low", "可信程度不是“高”", (one) => one.origins.some((source) => source.confidence && source.confidence !== "高")],
  ["copied", "据转录件", (one) => one.origins.some((source) => source.transcription)],
  ["bound", "约数、上下限或区间", (one) => facts[one.id].bound !== "=" || facts[one.id].upper],
];
const grids = new Map();
let entries = [];
let limit = null;

const contextOf = (number) => {
  const cell = number.closest("td");
  if (cell) {
    const table = cell.closest("table");
    if (!grids.has(table)) grids.set(table, rowsOf(table));
    const grid = grids.get(table);
    const names = [grid[cell.parentElement.rowIndex][0], grid[0][columnOf.get(cell)]];
    return [`${names.filter((one) => one !== words(cell)).join("　")}　`, ""];
  }
  const block = number.closest("p, li, dd, dt, h2, h3, h4, h5") || number.parentElement;
  const sides = [document.createRange(), document.createRange()];
  sides.forEach((side) => side.selectNodeContents(block));
  sides[0].setEndBefore(number);
  sides[1].setStartAfter(number);
  const [before, after] = sides.map((side) => {
    const part = element("span");
    part.append(side.cloneContents());
    return words(part);
  });
  return [before.slice(before.search(/[^。！？]*$/)), after.slice(0, after.search(/[。！？]|$/) + 1)];
};
const entered = () => {
  let chapter = null;
  let part = null;
  const found = [];
  for (const one of main.querySelectorAll("h2[id], h3[id], .fact[role]")) {
    if (one.closest("footer")) continue;
    if (one.tagName === "H2") [chapter, part] = [one, null];
    else if (one.tagName === "H3") part = one;
    else {
      const id = one.dataset.id;
      const exhibit = one.closest(".exhibit");
      const [before, after] = contextOf(one);
      found.push({
        id,
        number: one,
        chapter: chapter ? words(chapter) : "要点和引言",
        part: part ? words(part) : "",
        exhibit: exhibit ? words(exhibit.querySelector("figcaption, caption")).split("　")[0] : "",
        before,
        after,
        origins: originsBehind(id),
        inherited: doubtsBehind(id),
      });
    }
  }
  return found;
};
const documentOf = (source) => `${source.producer}　${source.document}`;
const told = (one) => {
  const fact = facts[one.id];
  const sources = one.origins.map((source) => [documentOf(source), source.locator, placeOf(source), source.printed].join(" "));
  const said = [...own(one.id), ...one.inherited];
  return [one.number.textContent, fact.label, fact.formula, fact.basis, one.before, one.after, ...sources, ...said].join(" ").toLowerCase();
};

// ---- one number ----
const line = (parent, name, text) => {
  if (!text) return null;
  const made = element("p", "", parent);
  element("span", `${name}　`, made).className = "name";
  made.append(text);
  return made;
};
const sourceOf = (source, parent) => {
  const place = element("div", "", parent);
  place.className = "source";
  element("p", documentOf(source), place);
  line(place, "位置", source.locator);
  line(place, "单元格", placeOf(source));
  line(place, "原文", source.printed);
  const dated = [source.published && `${source.published}发布`, source.accessed && `${source.accessed}取得`].filter(Boolean).join("，");
  line(place, "日期", dated);
  line(place, "可信", [source.confidence, source.transcription, source.twice && "录入两次，逐项相符"].filter(Boolean).join("，"));
};
const folded = (parent, name, made) => {
  const details = element("details", "", parent);
  element("summary", name, details);
  made(details);
};
const shown = (one, order) => {
  const fact = facts[one.id];
  const item = element("li");
  const where = element("div", "", item);
  element("span", String(order), where).className = "order";
  const place = element("a", [one.part || one.chapter, one.exhibit].filter(Boolean).join(" · "), where);
  place.href = `#${one.id}`;
  place.className = "place";
  place.addEventListener("click", (event) => {
    event.preventDefault();
    leave(one.number);
  });
  const printed = control(one.number.textContent, where, () => open(printed, "fact", one.id));
  printed.className = own(one.id).length ? "number doubtful" : "number";
  printed.setAttribute("aria-haspopup", "dialog");
  const context = element("p", one.before, where);
  context.className = "context";
  element("b", one.number.textContent, context);
  context.append(one.after);

  const what = element("div", "", item);
  element("p", fact.label, what).className = "label";
  line(what, "数值", `${valueOf(fact)}（${fact.when || "不分时点"}）`);
  line(what, fact.formula ? "算式" : "性质", fact.formula || kinds[fact.kind]);
  line(what, "所用", fact.inputs.filter((id) => facts[id]).map((id) => `${facts[id].label}${facts[id].printed}`).join("、"));

  const from = element("div", "", item);
  if (one.origins.length < 2) one.origins.forEach((source) => sourceOf(source, from));
  else {
    const named = [...new Set(one.origins.map(documentOf))];
    element("p", named.join("；"), from);
    folded(from, `原始数据${one.origins.length}处`, (details) => one.origins.forEach((source) => sourceOf(source, details)));
  }

  const rest = element("div", "", item);
  for (const doubt of own(one.id)) line(rest, "核验意见", doubt).classList.add("doubt");
  if (one.inherited.length) {
    folded(rest, `所用数据的核验意见${one.inherited.length}条`, (details) => {
      for (const doubt of one.inherited) element("p", doubt, details).className = "doubt";
    });
  }
  const { numbers: others, places } = touched([one.id]);
  const reach = control(`影响${others}个数字、${places}处`, rest, () => review({ label: `${fact.label}${fact.printed}`, ids: hanging([one.id]) }));
  reach.className = "reach";
  return item;
};

// ---- the list ----
const chosen = () => {
  const [section, source, doubt] = ["section", "source", "doubt"].map((name) => filter.elements[name].value);
  const wanted = filter.elements.words.value.trim().toLowerCase();
  const test = doubts.find(([key]) => key === doubt);
  return entries.filter(
    (one) =>
      (!limit || limit.ids.has(one.id)) &&
      (!section || section === one.chapter || section === `${one.chapter}　${one.part}`) &&
      (!source || one.origins.some((origin) => documentOf(origin) === source)) &&
      (!test || test[2](one)) &&
      (!wanted || (one.told = one.told || told(one)).includes(wanted)),
  );
};
const refresh = () => {
  const kept = chosen();
  const distinct = new Set(kept.map((one) => one.id)).size;
  count.textContent = `列出${kept.length}处，${distinct}个数字；全文共${entries.length}处`;
  cause.hidden = !limit;
  if (limit) cause.firstElementChild.textContent = `只列随“${limit.label}”改变的数字，连同它自己。`;
  list.replaceChildren(...kept.map((one) => (one.item = one.item || shown(one, entries.indexOf(one) + 1))));
  list.scrollTop = 0;
  turn();
};
const turn = () => {
  const texts = limit ? turning(limit.ids) : [];
  turns.hidden = !texts.length;
  turns.open = false;
  turns.firstElementChild.textContent = `这些数字还决定${texts.length}句（含标题）写不写、怎样措辞`;
  turns.lastElementChild.replaceChildren(
    ...texts.map((text) => {
      const item = element("li");
      const link = control(text, item, () => leave(find(text)));
      link.className = "place";
      return item;
    }),
  );
};
const find = (wanted) => {
  search(wanted);
  const place = hits.length ? hits[0].startContainer.parentElement : main;
  at = hits.length ? 0 : -1;
  mark();
  if (place.tabIndex < 0) place.tabIndex = -1;
  return place;
};
const option = (select, value, text = value) => {
  const made = element("option", text, filter.elements[select]);
  made.value = value;
};
const prepare = () => {
  entries = entered();
  const sections = new Map();
  for (const one of entries) {
    if (!sections.has(one.chapter)) sections.set(one.chapter, new Set());
    if (one.part) sections.get(one.chapter).add(one.part);
  }
  for (const [chapter, parts] of sections) {
    option("section", chapter);
    for (const part of parts) option("section", `${chapter}　${part}`, `　　${part}`);
  }
  for (const source of [...new Set(entries.flatMap((one) => one.origins.map(documentOf)))].sort((a, b) => a.localeCompare(b, "zh"))) {
    option("source", source);
  }
  for (const [key, text] of doubts) option("doubt", key, text);
};
const review = (within = null) => {
  if (!entries.length) prepare();
  limit = within;
  if (within) filter.reset();
  if (dialog.open) {
    opener = null;
    dialog.close();
  }
  if (!sheet.open) sheet.showModal();
  refresh();
  document.getElementById("review-title").focus();
};
let goal = null;
const leave = (number) => {
  goal = number;
  sheet.close();
};
closes(sheet, "review-close", () => {
  if (location.hash === "#review") history.replaceState(null, "", location.pathname + location.search);
  if (!goal) return;
  const details = goal.closest("details");
  if (details) details.open = true;
  goal.scrollIntoView({ block: "center" });
  goal.focus({ preventScroll: true, focusVisible: true });
  goal = null;
});
filter.addEventListener("submit", (event) => event.preventDefault());
filter.addEventListener("input", refresh);
cause.querySelector("button").addEventListener("click", () => {
  limit = null;
  refresh();
});
document.getElementById("review-save").addEventListener("click", () => {
  const columns = ["序号", "章节", "图表", "印作", "指标", "数值", "时点", "算式", "所用数据", "来源文件", "文中位置", "单元格", "发布日期", "可信程度", "核验意见"];
  const every = (one, what) => [...new Set(one.origins.map(what).filter(Boolean))].join("；");
  const rows = chosen().map((one) => {
    const fact = facts[one.id];
    const used = fact.inputs.filter((id) => facts[id]).map((id) => `${facts[id].label}${facts[id].printed}`);
    return [
      String(entries.indexOf(one) + 1), [one.chapter, one.part].filter(Boolean).join("　"), one.exhibit, one.number.textContent,
      fact.label, valueOf(fact), fact.when, fact.formula, used.join("、"), every(one, documentOf), every(one, (source) => source.locator),
      every(one, placeOf), every(one, (source) => source.published), every(one, (source) => source.confidence),
      [...own(one.id), ...one.inherited].join("；"),
    ];
  });
  save(`${document.title}　数字核对`, [columns, ...rows]);
});
const routed = () => location.hash === "#review" && review();
window.addEventListener("hashchange", routed);
routed();
