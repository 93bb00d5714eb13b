// Measures the pages in the frames above, whose own scripts are forbidden, from outside.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const width = page.documentElement.clientWidth;
    let text = 1000;
    const out = [];
    for (const element of page.body.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      const drawing = element.closest("figure.chart > .scroll > svg");
      if ([...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && box.width > 0
          && element.localName !== "title") {
        const scale = drawing ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
        text = Math.min(text, scale * parseFloat(frame.contentWindow.getComputedStyle(element).fontSize));
      }
      if (box.right > width + 0.5 && !element.closest(".scroll")) {
        out.push(element.localName + " " + element.textContent.trim().slice(0, 30));
      }
    }
    const result = document.createElement("i");
    result.dataset.width = frame.width;
    result.dataset.page = page.documentElement.scrollWidth;
    result.dataset.text = text;
    result.textContent = out.join("; ").replace(/[<&]/g, " ");
    document.body.append(result);
  }
});
