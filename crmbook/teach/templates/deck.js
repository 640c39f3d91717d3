// Fit every slide once, at its real size, before it is shown: larger text shrinks down to 22 px, a table that is too
// wide is turned over, and what is still too long goes on to another slide.
const SMALLEST = 22;

const size = (element) => parseFloat(getComputedStyle(element).fontSize);
const tooHigh = (box) => box.scrollHeight > box.clientHeight + 1;
const tooWide = (box) =>
  box.scrollWidth > box.clientWidth + 1 || [...box.querySelectorAll("table, pre.code:not(.wrapped)")].some((e) => e.scrollWidth > box.clientWidth + 1);
function shrink(box, holds) {
  const start = size(box);
  for (let px = start; px >= SMALLEST; px -= 1) {
    box.style.fontSize = `${px}px`;
    if (!holds(box)) return true;
  }
  return false;
}

// pandas gives the index's name a line of its own: it moves up into the corner.
function withoutNameLine(table) {
  const head = table.tHead && table.tHead.rows;
  if (!head || head.length !== 2 || [...head[1].cells].slice(1).some((cell) => cell.textContent.trim())) return;
  if (head[0].cells[0].textContent.trim()) return;
  head[0].cells[0].textContent = head[1].cells[0].textContent;
  head[1].remove();
}

function turned(table) {
  const rows = [...table.rows].map((row) => [...row.cells]);
  const width = Math.max(...rows.map((row) => row.length));
  const other = document.createElement("table");
  for (let column = 0; column < width; column += 1) {
    const line = (column ? other.tBodies[0] || other.createTBody() : other.createTHead()).insertRow();
    rows.forEach((row, place) => {
      const cell = document.createElement(place && column ? "td" : "th");
      cell.innerHTML = row[column] ? row[column].innerHTML : "";
      line.append(cell);
    });
  }
  return other;
}

// A wrapped line of code goes on four columns to the right of where it began.
function wrap(pre) {
  pre.classList.add("wrapped");
  [...pre.children].forEach((line) => {
    const columns = line.textContent.search(/\S|$/) + 4;
    line.style.paddingLeft = `${columns}ch`;
    line.style.textIndent = `-${columns}ch`;
  });
}

function parts(box) {
  const pre = box.querySelector("pre.code"), body = box.querySelector("tbody"), list = box.querySelector(":scope > ul, :scope > ol");
  return [...((pre || body || (list && list.children.length > 1 ? list : null) || box).children)];
}

function goOn(slide) {
  const box = slide.querySelector(".fit"), kept = parts(box);
  if (kept.length < 2) return null;
  const next = slide.cloneNode(true);
  next.querySelectorAll(".more, .notes").forEach((element) => element.remove());
  const rest = parts(next.querySelector(".fit"));
  let first = kept.length;
  while (first > 1 && tooHigh(box)) kept[--first].remove();
  rest.slice(0, first).forEach((element) => element.remove());
  next.querySelector(".where").textContent += " (continued)";
  slide.after(next);
  return next;
}

function fit(slide) {
  const box = slide.querySelector(".fit"), pre = box.querySelector("pre.code"), table = box.querySelector("table");
  if (table) withoutNameLine(table);
  if (!shrink(box, (b) => tooHigh(b) || tooWide(b))) {
    if (table && tooWide(box)) {
      table.replaceWith(turned(table));
      box.style.fontSize = "";
      if (shrink(box, (b) => tooHigh(b) || tooWide(b))) return;
    }
    if (table) box.classList.add("dense");
    if (pre) wrap(pre);
    box.style.fontSize = pre ? "24px" : "";
    if (shrink(box, tooHigh)) return;
    const next = goOn(slide);
    if (next) fit(next);
  }
}

window.addEventListener("load", () => {
  document.querySelectorAll(".fit style").forEach((style) => style.remove());
  document.querySelectorAll("pre.code").forEach((pre) => {  // one element a line: a long cell goes on to another slide
    pre.innerHTML = pre.innerHTML.trimEnd().split("\n").map((line) => `<div>${line || " "}</div>`).join("");
  });
  document.querySelectorAll(".slides > section > section").forEach((slide) => slide.matches(".figure") || fit(slide));
  document.documentElement.classList.remove("measuring");
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, controls: false,
    slideNumber: "c/t", transition: "none", navigationMode: "linear", pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes], keyboard: { 67: () => document.body.classList.toggle("show-code") },
  });
});
