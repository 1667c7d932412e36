// A small proof of work, asked for while traffic looks like an attack: a number that makes the digest of "token:number" begin
// with enough zero bits. Without scripts, or without https, the question beside it stays.
(() => {
  "use strict";
  const BATCH = 256;
  const box = document.querySelector("[data-work]");
  if (!box || !window.crypto || !crypto.subtle) return;
  const said = box.querySelector("[data-work-said]");
  const zeros = (digest, bits) => {
    const view = new DataView(digest);
    return view.getUint32(0) >>> (32 - bits) === 0;
  };
  const compute = async () => {
    const bits = Number(box.dataset.bits);
    const encoder = new TextEncoder();
    let told = 0;
    for (let start = 0; ; start += BATCH) {
      const numbers = Array.from({ length: BATCH }, (_, index) => start + index);
      const digests = await Promise.all(numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(`${box.dataset.work}:${number}`))));
      const found = digests.findIndex((digest) => zeros(digest, bits));
      if (found >= 0) return start + found;
      if (performance.now() - told > 2000) {
        told = performance.now();
        said.textContent = box.dataset.busy.replace("{n}", start + BATCH);
        await new Promise((resolve) => { setTimeout(resolve); });
      }
    }
  };
  box.querySelector("[data-work-question]").hidden = true;
  compute().then((number) => {
    box.querySelector("[data-work-found]").value = number;
    said.textContent = box.dataset.done;
  }, () => { box.querySelector("[data-work-question]").hidden = false; });
})();
