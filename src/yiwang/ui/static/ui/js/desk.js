// The desk by keyboard: shortcuts named by data-key, listed on “?”, rows walked with j and k.
(() => {
  "use strict";
  const OFF = "shortcuts-off";
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const overlay = document.getElementById("ui-shortcuts");
  const typing = (target) => target.closest("input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]");
  const keyed = () => Array.from(document.querySelectorAll("[data-key]")).filter((element) => element.offsetParent !== null || element === document.activeElement || element.closest(".more"));
  let first = "";
  let forget;

  const rows = () => Array.from(document.querySelectorAll("table[data-rows] tbody tr, .table[data-rows] tbody tr"));
  const move = (by) => {
    const list = rows();
    if (!list.length) return;
    const here = list.findIndex((row) => row.classList.contains("is-here"));
    const next = list[Math.max(0, Math.min(list.length - 1, here < 0 ? (by > 0 ? 0 : list.length - 1) : here + by))];
    list.forEach((row) => row.classList.toggle("is-here", row === next));
    const link = next.querySelector("a");
    if (link) link.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const list = () => {
    const box = overlay.querySelector("[data-list]");
    box.replaceChildren();
    const line = (key, text) => {
      const term = document.createElement("dt");
      key.split(" ").forEach((part) => { const kbd = document.createElement("kbd"); kbd.textContent = part; term.append(kbd, " "); });
      const meaning = document.createElement("dd");
      meaning.textContent = text;
      box.append(term, meaning);
    };
    const seen = new Set();
    keyed().forEach((element) => {
      if (seen.has(element.dataset.key)) return;
      seen.add(element.dataset.key);
      line(element.dataset.key, element.dataset.keyLabel || element.getAttribute("aria-label") || element.firstElementChild?.textContent.trim() || element.textContent.trim());
    });
    if (rows().length) line("j k", box.dataset.rows);
    line("?", box.dataset.help);
  };

  // A page that draws itself anew asks for nothing while nobody looks at it, or somebody has a piece of it in hand.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const piece = event.detail.elt.closest("[data-polite]");
    if (piece && event.detail.elt === piece && (document.hidden || piece.contains(document.activeElement))) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "?" && overlay) { event.preventDefault(); list(); overlay.showModal(); return; }
    if (off() || document.querySelector("dialog[open]") || event.key.length > 1) return;
    const wanted = first ? `${first} ${event.key}` : event.key;
    const candidates = keyed();
    const hit = candidates.find((element) => element.dataset.key === wanted);
    clearTimeout(forget);
    first = "";
    if (hit) {
      event.preventDefault();
      if (hit.matches("input,textarea,select")) { hit.focus(); hit.select?.(); } else hit.click();
    } else if (candidates.some((element) => element.dataset.key.startsWith(`${event.key} `))) {
      first = event.key;
      forget = setTimeout(() => { first = ""; }, 1200);
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });

  const switchOff = overlay && overlay.querySelector("[data-shortcuts-off]");
  if (switchOff) {
    switchOff.checked = off();
    switchOff.addEventListener("change", () => { try { localStorage.setItem(OFF, switchOff.checked ? "1" : "0"); } catch { /* not kept: on again next time */ } });
  }
})();
