"use strict";
(() => {
  const { facts, findings, policies, evidence, exhibits } = JSON.parse(document.getElementById("facts").textContent);
  const dialog = document.getElementById("lineage");
  const title = document.getElementById("lineage-title");
  const body = document.getElementById("lineage-body");
  const back = document.getElementById("lineage-back");
  const main = document.getElementById("main");
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

  // ---- what stands behind a number, a document, a piece of evidence ----
  const rounded = (fact) => {
    const digits = Math.min(Math.max((fact.decimals || 0) + 2, 2), 20);
    const [, decimals = ""] = fact.value.split(".");
    return decimals.length > digits ? `约${Number(fact.value).toFixed(digits)}` : fact.value;
  };
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
  const origins = (list, fact) => {
    for (const source of fact.origins) {
      row(list, "来源文件", `${source.producer}　${source.document}`);
      row(list, "文中位置", source.locator);
      row(list, "文件性质", source.transcription);
      row(list, "可信程度", source.confidence);
      row(list, "发布日期", source.published);
      row(list, "取得日期", source.accessed);
      row(list, "数据文件", source.file);
      row(list, "数据位置", (source.sheet ? `工作表“${source.sheet}”，` : "") + source.cell);
      row(list, "原文", source.printed);
    }
  };
  const tellFact = (id, list) => {
    const fact = facts[id];
    row(list, "性质", kinds[fact.kind]);
    row(list, "印出", fact.printed);
    row(list, "未修约值", bounds[fact.bound] + rounded(fact) + (fact.unit === "列举" ? "" : fact.unit));
    if (fact.interval) row(list, "95%区间", fact.interval.map((end) => `${Number(end).toFixed(1)}%`).join("～"));
    if (fact.respondents) row(list, "样本量", String(fact.respondents));
    row(list, "时点", fact.when);
    row(list, "范围", fact.part ? `${fact.part.within || ""}${fact.part.name || ""}` : fact.scope);
    row(list, "选项", fact.option);
    row(list, "口径", fact.basis);
    row(list, "算式", fact.formula);
    inputs(list, fact);
    origins(list, fact);
    row(list, "说明", fact.note);
    for (const doubt of findings[id] || []) row(list, "核验意见", doubt).className = "doubt";
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
  };
  const opens = (whom, kind) => {
    whom.addEventListener("click", () => {
      trail = [];
      opener = whom;
      show(kind, whom.dataset.id);
    });
  };
  for (const kind of ["fact", "evidence"]) {
    for (const button of document.querySelectorAll(`button.${kind}`)) opens(button, kind);
  }
  // A title runs over lines, which a button cannot.
  for (const name of document.querySelectorAll("span.policy")) {
    if (!policies[name.dataset.id]) continue;
    name.setAttribute("role", "button");
    name.setAttribute("aria-haspopup", "dialog");
    name.tabIndex = 0;
    opens(name, "policy");
    name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      name.click();
    });
  }
  back.addEventListener("click", () => {
    trail.pop();
    show(...trail.pop());
  });
  const closes = (whose, id, then) => {
    document.getElementById(id).addEventListener("click", () => whose.close());
    whose.addEventListener("click", (event) => event.target === whose && whose.close());
    whose.addEventListener("close", then);
  };
  closes(dialog, "lineage-close", () => opener && opener.focus());

  // ---- figures enlarged, figures and tables as files ----
  const enlarged = document.getElementById("enlarged");
  const stage = document.getElementById("enlarged-body");
  let home = null;
  const enlarge = (figure) => {
    home = figure.querySelector(".drawing");
    document.getElementById("enlarged-title").textContent = figure.querySelector("figcaption").textContent;
    stage.replaceChildren(home.firstElementChild);
    enlarged.showModal();
  };
  closes(enlarged, "enlarged-close", () => home.replaceChildren(stage.firstElementChild));

  const words = (cell) => {
    const copy = cell.cloneNode(true);
    for (const mark of copy.querySelectorAll("button.evidence")) mark.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  };
  const rowsOf = (table) => {
    const grid = [];
    [...table.rows].forEach((line, y) => {
      grid[y] = grid[y] || [];
      let x = 0;
      for (const cell of line.cells) {
        while (grid[y][x] !== undefined) x += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) (grid[y + down] = grid[y + down] || [])[x] = words(cell);
      }
    });
    return grid;
  };
  // A sign before which a spreadsheet would take the text for a formula is kept a text.
  const field = (text) => `"${(/^[=+@\t]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  const save = (name, rows) => {
    const text = `\ufeff${rows.map((line) => line.map(field).join(",")).join("\r\n")}\r\n`;
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  for (const exhibit of document.querySelectorAll(".exhibit")) {
    const caption = exhibit.querySelector("figcaption, caption").textContent;
    const table = exhibit.querySelector("table");
    const data = exhibits[exhibit.id];
    const bar = element("p", "", exhibit);
    bar.className = "tools";
    if (!table) control("放大", bar, () => enlarge(exhibit)).setAttribute("aria-label", `放大${caption}`);
    if (table || data) {
      const rows = () => (table ? rowsOf(table) : [data.columns, ...data.rows].map((line) => line.map(String)));
      control("下载数据（CSV）", bar, () => save(caption, rows())).setAttribute("aria-label", `下载数据（CSV）：${caption}`);
    }
  }

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
      if (node.parentElement.closest("svg, .tools, [hidden]")) continue;
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

  // A table that is wider than the screen says that it can be moved.
  const widths = () => {
    for (const one of document.querySelectorAll(".scroll")) one.classList.toggle("wide", one.scrollWidth > one.clientWidth + 1);
  };
  window.addEventListener("resize", widths);

  form.hidden = false;
  document.querySelector(".hint").hidden = false;
  document.querySelector(".contents details").open = !window.matchMedia("(max-width: 62rem)").matches;
  widths();
  locate();
})();
