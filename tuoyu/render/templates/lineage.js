// What stands behind a number, a document, a piece of evidence; and what hangs on a number or on a cell.
const { facts, findings, policies, evidence, judged } = JSON.parse(document.getElementById("facts").textContent);
const main = document.getElementById("main");

const element = (name, text, parent) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (parent) parent.append(made);
  return made;
};
const control = (text, parent, act) => {
  const made = element("button", text, parent);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};
const row = (list, name, text) => {
  if (!text) return null;
  element("dt", name, list);
  return element("dd", text, list);
};
const closes = (whose, id, then) => {
  document.getElementById(id).addEventListener("click", () => whose.close());
  whose.addEventListener("click", (event) => event.target === whose && whose.close());
  whose.addEventListener("close", then);
};

// ---- what hangs on what ----
const placeOf = (origin) => `${origin.file}，${origin.sheet ? `工作表“${origin.sheet}”，` : ""}${origin.cell}`;
const gather = (pairs) => {
  const found = new Map();
  for (const [key, value] of pairs) found.set(key, [...(found.get(key) || []), value]);
  return found;
};
const all = Object.values(facts);
const usedBy = gather(all.flatMap((fact) => fact.inputs.map((id) => [id, fact.id])));
const readFrom = gather(all.flatMap((fact) => fact.origins.map((origin) => [placeOf(origin), fact.id])));
const numbers = [...main.querySelectorAll(".fact")].filter((one) => facts[one.dataset.id]);
const printedAt = gather(numbers.map((one) => [one.dataset.id, one]));
const reached = (from, next) => {
  const found = new Set(from);
  for (const id of found) for (const other of next(id)) found.add(other);
  return found;
};
const hanging = (ids) => reached(ids, (id) => usedBy.get(id) || []);
const behind = (id) => reached([id], (one) => (facts[one] ? facts[one].inputs : []));
const originsBehind = (id) => [...behind(id)].flatMap((one) => (facts[one] ? facts[one].origins : []));
const doubtsBehind = (id) =>
  [...behind(id)].filter((one) => one !== id && findings[one]).map((one) => `${facts[one].label}：${findings[one].join("；")}`);
const turning = (ids) => judged.filter(([, on]) => on.some((id) => ids.has(id))).map(([text]) => text);
const touched = (ids) => {
  const hung = [...hanging(ids)].filter((id) => printedAt.has(id));
  return { numbers: hung.length, places: hung.reduce((sum, id) => sum + printedAt.get(id).length, 0) };
};

// ---- the words of a number ----
const bounds = { "=": "", ">": "大于", ">=": "不小于", "<": "小于", "<=": "不大于", "≈": "约" };
const kinds = { observed: "原始数据", computed: "计算所得", assumption: "测算假定", policy: "政策文件" };
const rounded = (text, decimals) => {
  const digits = Math.min(Math.max((decimals || 0) + 2, 2), 20);
  return (text.split(".")[1] || "").length > digits ? `约${Number(text).toFixed(digits)}` : text;
};
const valueOf = (fact) => {
  const ends = [fact.value, fact.upper].filter(Boolean).map((end) => rounded(end, fact.decimals));
  return bounds[fact.bound] + ends.join("～") + (fact.unit === "列举" ? "" : fact.unit);
};

// ---- the dialog ----
const dialog = document.getElementById("lineage");
const title = document.getElementById("lineage-title");
const body = document.getElementById("lineage-body");
const back = document.getElementById("lineage-back");
let trail = [];
let opener = null;

const inputs = (list, fact) => {
  if (!fact.inputs.length) return;
  element("dt", "所用数据", list);
  const place = element("ul", "", element("dd", "", list));
  for (const id of fact.inputs.filter((one) => facts[one])) {
    const button = control(facts[id].label, element("li", "", place), () => show("fact", id));
    button.dataset.input = id;
    button.after(`　${facts[id].printed}（${facts[id].when}）`);
  }
};
const hangs = (list, name, label, ids) => {
  const { numbers: count, places } = touched(ids);
  const turned = turning(hanging(ids)).length;
  const words = [count && `文中${count}个数字、${places}处随之改变`, turned && `${turned}句的判断取决于它`].filter(Boolean);
  const told = row(list, name, words.length ? `${words.join("，")}　` : "文中没有用到");
  if (words.length) control("逐处列出", told, () => review({ label, ids: hanging(ids) }));
};
const origins = (list, fact) => {
  for (const source of fact.origins) {
    row(list, "来源文件", `${source.producer}　${source.document}`);
    row(list, "文中位置", source.locator);
    row(list, "文件性质", source.transcription || "未注明为转录");
    if (source.twice) row(list, "录入", "录入两次，逐项相符");
    row(list, "可信程度", source.confidence);
    row(list, "发布日期", source.published);
    row(list, "取得日期", source.accessed);
    row(list, "数据位置", placeOf(source));
    row(list, "原文", source.printed);
    const place = placeOf(source);
    hangs(list, "单元格改动", `单元格 ${place}`, readFrom.get(place));
  }
};
const tellFact = (id, list) => {
  const fact = facts[id];
  row(list, "性质", kinds[fact.kind]);
  row(list, "印出", fact.printed);
  row(list, "未修约值", valueOf(fact));
  if (fact.interval) row(list, "95%区间", fact.interval.map((end) => `${Number(end).toFixed(1)}%`).join("～"));
  if (fact.respondents) row(list, "样本量", String(fact.respondents));
  row(list, "时点", fact.when);
  row(list, "范围", `${fact.part.within}${fact.part.name}`);
  row(list, "选项", fact.option);
  row(list, "口径", fact.basis);
  row(list, "算式", fact.formula);
  inputs(list, fact);
  origins(list, fact);
  row(list, "说明", fact.note);
  for (const doubt of findings[id] || []) row(list, "核验意见", doubt).className = "doubt";
  for (const doubt of doubtsBehind(id)) row(list, "所用数据的核验意见", doubt).className = "doubt";
  hangs(list, "数字改动", `${fact.label}${fact.printed}`, [id]);
  return fact.label;
};
const tellPolicy = (id, list) => {
  const policy = policies[id];
  row(list, "发文机关", policy.issuer);
  row(list, "文号", policy.number);
  row(list, "发文年份", policy.year);
  row(list, "要求", policy.asks);
  row(list, "核对情况", policy.verified ? "已核对原文" : "未核对原文，据其他文件引用");
  return policy.title;
};
const tellEvidence = (id, list) => {
  const one = evidence[id];
  row(list, "内容", one.text);
  row(list, "出自", one.document);
  row(list, "文中位置", one.locator);
  row(list, "发布年月", one.published);
  row(list, "依据性质", one.strength);
  const caution = row(list, "使用注意", one.caution);
  if (caution) caution.className = "doubt";
  return one.topic || "依据";
};
const tell = { fact: tellFact, policy: tellPolicy, evidence: tellEvidence };
const show = (kind, id) => {
  trail.push([kind, id]);
  back.hidden = trail.length < 2;
  body.replaceChildren();
  title.textContent = tell[kind](id, element("dl", "", body));
  if (!dialog.open) dialog.showModal();
  title.focus();
  dialog.scrollTop = 0;
};
const open = (whom, kind, id) => {
  trail = [];
  opener = whom;
  show(kind, id);
};
back.addEventListener("click", () => {
  trail.pop();
  show(...trail.pop());
});
closes(dialog, "lineage-close", () => opener && opener.focus());

// A number or a title runs with the line and over it, which a button cannot.
const opens = (whom, kind) => {
  whom.setAttribute("role", "button");
  whom.setAttribute("aria-haspopup", "dialog");
  whom.tabIndex = 0;
  if (whom.classList.contains("doubtful")) whom.setAttribute("aria-describedby", "has-doubt");
  whom.addEventListener("click", () => open(whom, kind, whom.dataset.id));
  whom.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    whom.click();
  });
};
for (const number of numbers) opens(number, "fact");
for (const name of main.querySelectorAll("span.policy")) if (policies[name.dataset.id]) opens(name, "policy");
for (const link of main.querySelectorAll(".noteref a")) {
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    open(link, link.dataset.kind, link.dataset.id);
  });
}
