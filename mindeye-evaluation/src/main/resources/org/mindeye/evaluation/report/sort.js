// A heading sorts its table: rising first, falling when pressed again; what has no number comes last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = Array.from(table.tHead.rows[0].cells);
  const order = (row, column) => {
    const number = row.cells[column].dataset.order;
    return number === undefined ? NaN : Number(number);
  };
  const compare = (one, other, column, sign) => {
    const a = order(one, column);
    const b = order(other, column);
    if (Number.isNaN(a) || Number.isNaN(b)) {
      const text = one.cells[column].textContent.localeCompare(other.cells[column].textContent, "en");
      return Number.isNaN(a) === Number.isNaN(b) ? sign * text : Number.isNaN(a) ? 1 : -1;
    }
    return sign * (a - b);
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const falling = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const rows = Array.from(body.rows);
      rows.sort((one, other) => compare(one, other, column, falling ? -1 : 1));
      body.append(...rows);
    });
  });
}
