// Standard answers go where the caret stands; without this script the button sends the form, and the server inserts them.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert-into]");
    if (!button) return;
    const area = document.getElementById(button.dataset.insertInto);
    const text = document.getElementById(button.dataset.insertFrom);
    if (!area || !text) return;
    event.preventDefault();
    const before = area.value.slice(0, area.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    area.setRangeText(gap + text.textContent.trim(), area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  const all = document.querySelector("[data-pick-all]");
  if (all) {
    all.closest("th").hidden = false;
    all.hidden = false;
    all.addEventListener("change", () => document.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = all.checked; }));
  }
})();
