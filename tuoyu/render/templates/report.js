"use strict";
(() => {
  const { facts, findings } = JSON.parse(document.getElementById("facts").textContent);
  const dialog = document.getElementById("lineage");
  const title = document.getElementById("lineage-title");
  const body = document.getElementById("lineage-body");
  const back = document.getElementById("lineage-back");
  const bounds = { "=": "", ">": "大于", ">=": "不小于", "<": "小于", "<=": "不大于", "≈": "约" };
  const kinds = { observed: "原始数据", computed: "计算所得", assumption: "测算假定", policy: "政策文件" };
  let trail = [];
  let opener = null;

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };
  const row = (list, name, text) => {
    if (!text) return null;
    element("dt", name, list);
    return element("dd", text, list);
  };
  const inputs = (list, fact) => {
    if (!fact.inputs.length) return;
    element("dt", "所用数据", list);
    const place = element("ul", "", element("dd", "", list));
    for (const id of fact.inputs) {
      const button = element("button", facts[id].label, element("li", "", place));
      button.type = "button";
      button.dataset.input = id;
      button.addEventListener("click", () => show(id));
      button.after(`　${facts[id].printed}（${facts[id].when}）`);
    }
  };
  const origins = (list, fact) => {
    for (const origin of fact.origins) {
      row(list, "来源文件", `${origin.producer}　${origin.document}`);
      row(list, "数据文件", origin.file);
      row(list, "位置", (origin.sheet ? `工作表“${origin.sheet}”，` : "") + origin.cell);
      row(list, "原文", origin.printed);
    }
  };
  const show = (id) => {
    const fact = facts[id];
    if (!fact) return;
    trail.push(id);
    back.hidden = trail.length < 2;
    title.textContent = fact.label;
    body.replaceChildren();
    const list = element("dl", "", body);
    row(list, "性质", kinds[fact.kind]);
    row(list, "印出", fact.printed);
    row(list, "精确值", bounds[fact.bound] + fact.value + (fact.unit === "列举" ? "" : fact.unit));
    if (fact.interval) row(list, "95%区间", fact.interval.map((end) => `${Number(end).toFixed(1)}%`).join("～"));
    if (fact.respondents) row(list, "样本量", String(fact.respondents));
    row(list, "时点", fact.when);
    row(list, "范围", fact.scope);
    row(list, "选项", fact.option);
    row(list, "口径", fact.basis);
    row(list, "算式", fact.formula);
    inputs(list, fact);
    origins(list, fact);
    row(list, "说明", fact.note);
    for (const doubt of findings[id] || []) row(list, "核验意见", doubt).className = "doubt";
    if (!dialog.open) dialog.showModal();
    title.focus();
  };
  for (const button of document.querySelectorAll("button.fact")) {
    button.addEventListener("click", () => {
      trail = [];
      opener = button;
      show(button.dataset.id);
    });
  }
  back.addEventListener("click", () => {
    trail.pop();
    show(trail.pop());
  });
  document.getElementById("lineage-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => opener && opener.focus());
  document.querySelector(".hint").hidden = false;
  const narrow = window.matchMedia("(max-width: 62rem)");
  document.querySelector(".contents details").open = !narrow.matches;
})();
