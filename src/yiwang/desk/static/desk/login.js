// Passkeys: the browser makes one, or signs with one, and the form carries the answer (W3C Web Authentication Level 2).
(() => {
  "use strict";
  const forms = [...document.querySelectorAll("form[data-passkey]")];
  if (!window.PublicKeyCredential) {
    document.querySelectorAll("[data-no-passkey]").forEach((line) => { line.hidden = false; });
    return;
  }
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (options) => {
    const made = { ...options, challenge: bytes(options.challenge) };
    if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) made.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) made.allowCredentials = named(options.allowCredentials);
    return made;
  };
  const answered = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = text(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = text(given.authenticatorData);
      response.signature = text(given.signature);
      if (given.userHandle) response.userHandle = text(given.userHandle);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };
  const question = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.question, { method: "POST", body });
    const given = await answer.json();
    if (!answer.ok) throw new Error(given.wait || "");
    return given;
  };

  forms.forEach((form) => {
    const wrong = form.querySelector("[data-wrong]");
    const usual = wrong.textContent;
    let busy = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = form.elements.name;
      if (busy || (name && name.required && !name.value.trim())) { if (name) name.focus(); return; }
      busy = true;
      wrong.hidden = true;
      try {
        const publicKey = asked(await question(form));
        const made = form.dataset.passkey === "create" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
        form.elements.given.value = answered(await made);
        form.submit();
      } catch (error) {
        busy = false;
        wrong.textContent = error instanceof Error && !(error instanceof DOMException) && error.message ? error.message : usual;
        wrong.hidden = false;
      }
    });
  });
})();
