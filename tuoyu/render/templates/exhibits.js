// Figures enlarged; figures, tables and lists as files.
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
  for (const mark of copy.querySelectorAll(".noteref, .anchor")) mark.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
};
const columnOf = new Map();
const rowsOf = (table) => {
  const grid = [];
  [...table.rows].forEach((line, y) => {
    grid[y] = grid[y] || [];
    let x = 0;
    for (const cell of line.cells) {
      while (grid[y][x] !== undefined) x += 1;
      columnOf.set(cell, x);
      for (let down = 0; down < cell.rowSpan; down += 1) (grid[y + down] = grid[y + down] || [])[x] = words(cell);
    }
  });
  return grid;
};
// A sign before which a spreadsheet would take the text for a formula is kept a text; a number keeps its sign.
const inert = (text) => (/^[=+@\t\r＝＋＠]|^[-－](?!\d[\d.]*%?$)/.test(text) ? `'${text}` : text);
const field = (text) => `"${inert(text).replace(/"/g, '""')}"`;
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
  const bar = element("p");
  bar.className = "tools";
  const data = exhibit.querySelector("details.data");
  if (data) data.before(bar);
  else exhibit.append(bar);
  const drawing = exhibit.querySelector(".drawing");
  if (drawing) {
    drawing.classList.add("opens"); // for a finger or a mouse; the button is for everyone
    drawing.addEventListener("click", () => enlarge(exhibit));
    control("放大", bar, () => enlarge(exhibit)).setAttribute("aria-label", `放大${caption}`);
  }
  if (table) {
    control("下载数据（CSV）", bar, () => save(caption, rowsOf(table))).setAttribute("aria-label", `下载数据（CSV）：${caption}`);
  }
}
