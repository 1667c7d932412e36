// Typing fast: Ctrl+Enter sends, and the earlier petitions of a telephone are fetched when the number was typed.
(() => {
  "use strict";
  const form = document.querySelector("form[data-send-on-ctrl-enter]");
  if (!form) return;
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".actions button[type=submit]"));
    }
  });
})();
