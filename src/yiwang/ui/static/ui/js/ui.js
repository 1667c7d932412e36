// What makes pages better where scripts run; each page works without. No build, no library.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = (document.getElementById("ui-words") || {}).dataset || {};
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* storage full or forbidden: the page still works */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
  };
  const say = (text) => {
    const live = document.getElementById("ui-live");
    if (live) live.textContent = text;
  };

  // Elder mode and theme: kept in the cookie that the server reads, changed at once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const name = form.dataset.reading;
    const button = event.submitter;
    if (!name || !button) return;
    event.preventDefault();
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `${name}=${button.value};path=/;max-age=31536000;samesite=lax${secure}`;
    if (button.value) root.dataset[name] = button.value; else delete root.dataset[name];
    const other = all(`form[data-reading="${name}"] button`).find((each) => each.offsetParent !== null);
    if (other) other.focus();
  });

  // Drafts: what was typed survives a lost connection and a closed window, on this device alone, for a week.
  const WEEK = 7 * 24 * 3600 * 1000;
  const kept = (form) => Array.from(form.elements).filter((input) =>
    input.name && !["hidden", "password", "file", "submit", "button"].includes(input.type) && !input.closest("[data-no-draft]"));
  const ticked = (input) => input.type === "checkbox" || input.type === "radio";
  const untouched = (input) => (ticked(input) ? input.checked === input.defaultChecked : input.value === input.defaultValue || input.tagName === "SELECT");

  all("form[data-draft]").forEach((form) => {
    const key = `draft:${form.dataset.draft}`;
    const save = () => {
      const values = kept(form).filter((input) => !ticked(input) || input.checked).map((input) => [input.name, input.value]);
      if (values.some(([, value]) => value.trim())) store.set(key, JSON.stringify({ at: Date.now(), values }));
      else store.drop(key);
    };
    let waiting;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(save, 400); });
    addEventListener("pagehide", () => { if (waiting) save(); });
    let draft = null;
    try { draft = JSON.parse(store.get(key) || "null"); } catch { store.drop(key); }
    if (draft && Date.now() - draft.at > WEEK) { store.drop(key); draft = null; }
    // A page that came back with errors already holds what was typed, and is newer than the draft.
    if (!draft || form.hasAttribute("data-bound") || !kept(form).every(untouched)) return;
    draft.values.forEach(([name, value]) => kept(form).filter((input) => input.name === name).forEach((input) => {
      if (ticked(input)) input.checked = input.checked || input.value === value; else input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }));
    const note = document.createElement("div");
    note.className = "notice";
    note.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = `${words.restored || ""} `;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "button quiet";
    clear.textContent = words.forget || "×";
    clear.addEventListener("click", () => { clearTimeout(waiting); waiting = 0; store.drop(key); form.reset(); note.remove(); });
    text.append(clear);
    note.append(document.createElement("span"), text);
    form.prepend(note);
  });
  all("[data-draft-done]").forEach((mark) => store.drop(`draft:${mark.dataset.draftDone}`));

  // One receipt for one click; nothing is lost without a network; a question before what cannot be undone.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.reading) return;
    const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (question && !confirm(question)) { event.preventDefault(); return; }
    if (form.hasAttribute("data-draft") && navigator.onLine === false) { event.preventDefault(); alert(words.offline || ""); return; }
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    all("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
    say(words.sending || "");
    setTimeout(() => freed(form), 20000);
  });
  const freed = (form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  };
  addEventListener("pageshow", () => all("form[data-sent]").forEach(freed));

  // The receipt's QR leads to “…#c=CODE”: the code fills its field and never reaches a server's log.
  all("[data-fill-from-hash]").forEach((input) => {
    const value = new URLSearchParams(location.hash.slice(1)).get(input.dataset.fillFromHash);
    if (!value) return;
    input.value = value.slice(0, 64);
    history.replaceState(null, "", location.pathname + location.search);
  });

  all("[data-count]").forEach((line) => {
    const input = document.getElementById(line.dataset.count);
    if (!input || !(input.maxLength > 0)) return;
    const show = () => { line.textContent = (words.left || "").replace("{n}", input.maxLength - [...input.value].length); };
    input.addEventListener("input", show);
    show();
    line.hidden = false;
  });

  // Copy, share, print, dialogs, reading aloud.
  const copied = (button, text) => navigator.clipboard.writeText(text).then(() => {
    say(words.copied || "");
    const label = button.querySelector("[data-words]");
    if (!label) return;
    const before = label.textContent;
    label.textContent = words.copied || before;
    setTimeout(() => { label.textContent = before; }, 2000);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy],[data-share],[data-print],[data-opens],[data-closes],[data-read]");
    if (!button) return;
    const data = button.dataset;
    if ("copy" in data) copied(button, data.copy);
    else if ("share" in data) {
      const url = new URL(data.share || location.href, location.href).href;
      if (navigator.share) navigator.share({ title: data.title || document.title, url }).catch(() => {}); else copied(button, url);
    } else if ("print" in data) print();
    else if ("opens" in data) {
      const dialog = document.getElementById(data.opens);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    } else if ("closes" in data) button.closest("dialog").close();
    else read(button);
  });
  const read = (button) => {
    const running = speechSynthesis.speaking;
    speechSynthesis.cancel();
    button.setAttribute("aria-pressed", String(!running));
    if (running) return;
    const source = document.querySelector(button.dataset.read || "main");
    // Browsers stop long utterances after some seconds, so each sentence is its own.
    const parts = source.innerText.split(/(?<=[。！？；.!?\n])/).map((part) => part.trim()).filter(Boolean);
    parts.forEach((part, index) => {
      const utterance = new SpeechSynthesisUtterance(part);
      utterance.lang = root.lang;
      utterance.rate = 0.9;
      if (index === parts.length - 1) utterance.onend = () => button.setAttribute("aria-pressed", "false");
      speechSynthesis.speak(utterance);
    });
  };
  if ("speechSynthesis" in window) all("[data-read]").forEach((button) => { button.hidden = false; });
  if (navigator.clipboard) all("[data-copy]").forEach((button) => { button.hidden = false; });
  if (navigator.share || navigator.clipboard) all("[data-share]").forEach((button) => { button.hidden = false; });
  all("[data-print]").forEach((button) => { button.hidden = false; });
})();
