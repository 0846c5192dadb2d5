// The protocol of a visit on a phone: what is written is kept there until it is filed, and a lost signal loses nothing.
// Without this the form is sent like any other.
"use strict";
(() => {
  const name = (visit) => `adit visit ${visit}`;
  const done = document.querySelector("[data-done]");
  if (done) localStorage.removeItem(name(done.dataset.done));
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = name(form.dataset.draft), said = form.dataset;
  const state = form.querySelector("[data-state]"), wrong = form.querySelector("[data-wrong]"), photos = form.elements.photos;
  const fields = [...form.elements].filter((e) => e.name && !["hidden", "file"].includes(e.type));
  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const tell = (text, at) => { state.textContent = text.replace("{time}", at ? clock(at) : ""); };
  let asked = false;

  // The draft: every field but photos, which no script may put back
  const keep = () => {
    const at = new Date().toISOString(), held = {};
    for (const e of fields) held[e.name] = e.type === "checkbox" ? e.checked : e.value;
    try { localStorage.setItem(key, JSON.stringify({ at, held })); tell(said.kept, at); } catch { tell(""); } // no room, or not allowed: then the page does not say so
  };
  const restore = () => {
    let draft = null;
    try { draft = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!draft) return;
    for (const e of fields) {
      if (!(e.name in draft.held)) continue;
      if (e.type === "checkbox") e.checked = draft.held[e.name]; else e.value = draft.held[e.name];
    }
    tell(said.restored, draft.at);
  };
  restore();
  form.addEventListener("input", (e) => { keep(); if (e.target.getAttribute("aria-invalid")) refuse(""); });

  // Photos: a camera gives one at a time, and each would take the place of the one before
  const list = form.querySelector("[data-chosen]");
  let chosen = [];
  const show = () => {
    const all = new DataTransfer();
    chosen.forEach((file) => all.items.add(file));
    photos.files = all.files;
    list.replaceChildren(...chosen.map((file) => {
      const row = document.createElement("li"), name = document.createElement("span"), away = document.createElement("button");
      name.textContent = file.name;
      away.type = "button";
      away.className = "quiet";
      away.textContent = said.away;
      away.setAttribute("aria-label", `${said.away}: ${file.name}`);
      away.addEventListener("click", () => { chosen = chosen.filter((f) => f !== file); show(); photos.focus(); });
      row.append(name, away);
      return row;
    }));
    check();
  };
  photos.addEventListener("change", () => { chosen = [...chosen, ...photos.files]; show(); });

  // Sending
  const refuse = (text, field) => {
    wrong.hidden = !text;
    wrong.textContent = text;
    for (const e of [...fields, photos]) e.removeAttribute("aria-invalid");
    if (!text) return;
    const at = field && form.elements[field];
    if (at && at.focus) { at.setAttribute("aria-invalid", "true"); at.focus(); }
    wrong.scrollIntoView({ block: "nearest" });
  };
  const check = () => {
    const most = Number(said.most), bytes = Number(said.bytes), held = [...photos.files];
    const text = held.length > most ? said.many : held.some((f) => f.size > bytes) ? said.large : "";
    refuse(text, "photos");
    return !text;
  };
  const busy = (on) => form.querySelectorAll("button").forEach((b) => { b.disabled = on; });
  const answer = async (response) => {
    const kind = response.headers.get("content-type") || "";
    if (response.type === "opaqueredirect") { location.reload(); return; } // signed out meanwhile: sign in, and the draft is there
    if (!kind.includes("json")) { form.submit(); return; } // an answer for people: have the browser show it
    const told = await response.json();
    if (!response.ok) { tell(""); refuse([told.detail, told.todo].filter(Boolean).join(" "), told.where); return; }
    localStorage.removeItem(key);
    location.assign(told.to);
  };
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    e.stopPropagation(); // the form is sent here, and may be sent again
    if (!check()) return;
    const ask = e.submitter && e.submitter.dataset.ask;
    if (ask && !asked && !window.confirm(ask)) return;
    asked = true;
    busy(true);
    tell(said.sending);
    try {
      await answer(await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" }));
    } catch {
      keep();
      refuse(said.lost);
    } finally {
      busy(false);
    }
  });
})();
