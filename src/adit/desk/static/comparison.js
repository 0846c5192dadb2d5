// Choosing, filtering, sorting, pointing. The page is whole without it; nothing is fetched, nothing is sent.
(() => {
  "use strict";
  const $ = (s, from = document) => from.querySelector(s);
  const $$ = (s, from = document) => [...from.querySelectorAll(s)];
  const data = JSON.parse($("#data").textContent);
  const root = document.documentElement;
  const make = (tag, text, cls) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (cls) e.className = cls; return e; };
  root.classList.add("has-js");
  data.sites.forEach((s) => { // a letter for each regime: the note, and by it the tone
    const letters = s.notes.split(" ");
    s.notes = letters.map((letter, k) => `n-${k + 1}-${letter}`);
    s.tones = letters.map((letter, k) => data.regimes[k].tones[letter]);
  });
  let chosen = Number($("#regime-choice input:checked").value) - 1;

  // Light and dark: the system's choice until the reader makes one ------------------------------------------------
  const theme = $("#theme");
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem("adit-theme"); } catch { return null; } };
  const isDark = () => (root.dataset.theme || (systemDark.matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours"); theme.removeAttribute("aria-pressed"); };
  if (remembered()) root.dataset.theme = remembered();
  nameTheme();
  systemDark.addEventListener("change", nameTheme);
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("adit-theme", root.dataset.theme); } catch { /* a page from disk may have no storage */ }
    nameTheme();
  });

  // The reason in place -------------------------------------------------------------------------------------------
  const tip = $("#tip");
  let tipOwner = null, closing = 0;
  const closeTip = () => { tip.hidden = true; tipOwner = null; $$("#land .on").forEach((p) => p.classList.remove("on")); };
  const openTip = (owner, content) => {
    clearTimeout(closing);
    if (tipOwner === owner) return;
    closeTip();
    tip.replaceChildren(...content);
    tip.hidden = false;
    tipOwner = owner;
    placeTip(owner);
  };
  const placeTip = (owner) => {
    const box = owner.getBoundingClientRect(), size = tip.getBoundingClientRect(), gap = 8;
    const below = box.bottom + gap + size.height < innerHeight;
    tip.style.left = `${Math.max(gap, Math.min(box.left + box.width / 2 - size.width / 2, document.documentElement.clientWidth - size.width - gap))}px`;
    tip.style.top = `${Math.max(gap, below ? box.bottom + gap : box.top - size.height - gap)}px`;
  };
  const closeSoon = () => { closing = setTimeout(closeTip, 140); };
  tip.addEventListener("pointerenter", () => clearTimeout(closing));
  tip.addEventListener("pointerleave", closeSoon);
  addEventListener("keydown", (e) => { if (e.key === "Escape") closeTip(); });
  addEventListener("scroll", () => { if (tip.hidden) return; if (tipOwner === document.activeElement || (tipOwner.matches(":hover") && !tipOwner.dataset.r)) placeTip(tipOwner); else closeTip(); }, { passive: true });
  const sign = (tone) => {
    const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
    svg.setAttribute("class", "g"); svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#t-${tone}`); svg.append(use);
    return svg;
  };
  const reason = (anchor) => { // the note as it stands on the page
    const note = document.getElementById(anchor);
    return { regime: note.dataset.regime, nodes: [...$("div", note).childNodes].map((n) => n.cloneNode(true)) };
  };
  const reasonTip = (link) => {
    const { regime, nodes } = reason(link.hash.slice(1)), p = make("p");
    p.append(...nodes);
    return [make("p", regime, "head"), p];
  };
  const siteTip = (i) => {
    const s = data.sites[i], p = make("p"), { nodes } = reason(s.notes[chosen]), list = make("ul");
    p.append(...nodes);
    data.regimes.forEach((r, k) => { if (k !== chosen) { const li = make("li"); li.append(sign(s.tones[k]), ` ${r.short}`); list.append(li); } });
    return [make("p", s.name, "head"), make("p", `${s.place} · ${s.capacity === "not reported" ? "capacity not reported" : s.capacity} · ${s.status}`, "dim"), make("p", `${data.regimes[chosen].title}:`), p, list];
  };
  const regionTip = (iso) => {
    const r = data.regions[iso], here = data.sites.filter((s) => s.region === iso), out = [make("p", r.en, "head")];
    if (r.ru) { const ru = make("p", r.ru, "dim"); ru.lang = "ru"; out.push(ru); }
    if (r.system) out.push(make("p", r.system === "isolated" ? "isolated power system" : `unified power system: ${r.system}`, "dim"));
    if (r.note) out.push(make("p", r.note, "dim"));
    const groups = new Map();
    here.forEach((s) => groups.set(s.notes[chosen], (groups.get(s.notes[chosen]) || 0) + 1));
    if (!here.length) out.push(make("p", "No site of the list lies here."));
    else {
      const list = make("ul");
      groups.forEach((n, anchor) => { const li = make("li"); li.append(`${n} ${n === 1 ? "site" : "sites"}: `, ...reason(anchor).nodes); list.append(li); });
      out.push(make("p", `${data.regimes[chosen].title}:`), list);
    }
    return out;
  };
  const pointable = (el, content) => {
    el.addEventListener("pointerenter", (e) => { if (e.pointerType === "mouse") openTip(el, content()); });
    el.addEventListener("pointerleave", closeSoon);
    el.addEventListener("focus", () => openTip(el, content()));
    el.addEventListener("blur", closeSoon);
  };
  $$(".t a").forEach((link) => {
    pointable(link, () => reasonTip(link));
    link.addEventListener("click", (e) => { if (e.detail && matchMedia("(hover: none)").matches) { e.preventDefault(); openTip(link, reasonTip(link)); } });
  });

  // One stop of the tab key for a table of signs; arrows move within -------------------------------------------------
  const rove = (cells, next) => {
    cells.forEach((c, i) => { c.tabIndex = i ? -1 : 0; });
    return (from, to) => { const target = next(from, to); if (target) { from.tabIndex = -1; target.tabIndex = 0; target.focus(); } };
  };
  $$("table[data-grid]").forEach((table) => {
    const rows = () => $$("tbody tr", table).filter((tr) => !tr.hidden).map((tr) => $$(".t a", tr));
    const move = rove($$(".t a", table), (from, key) => {
      const all = rows(), r = all.findIndex((row) => row.includes(from)), c = all[r].indexOf(from);
      return { ArrowRight: all[r][c + 1], ArrowLeft: all[r][c - 1], ArrowDown: (all[r + 1] || [])[c], ArrowUp: (all[r - 1] || [])[c], Home: all[r][0], End: all[r].at(-1) }[key];
    });
    table.addEventListener("keydown", (e) => {
      const link = e.target.closest(".t a");
      if (link && /^(Arrow|Home|End)/.test(e.key)) { e.preventDefault(); move(link, e.key); }
    });
  });

  // The map -----------------------------------------------------------------------------------------------------------
  const marks = $$("#marks .m"), map = $("#map");
  marks.forEach((m) => {
    const i = Number(m.dataset.i);
    pointable(m, () => siteTip(i));
    m.addEventListener("click", () => openTip(m, siteTip(i)));
  });
  const eastward = [...marks].sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left);
  const moveMark = rove(eastward, (from, key) => {
    const seen = eastward.filter((m) => !m.classList.contains("off")), at = seen.indexOf(from);
    return { ArrowRight: seen[at + 1], ArrowDown: seen[at + 1], ArrowLeft: seen[at - 1], ArrowUp: seen[at - 1], Home: seen[0], End: seen.at(-1) }[key];
  });
  map.addEventListener("keydown", (e) => {
    const m = e.target.closest(".m");
    if (m && /^(Arrow|Home|End)/.test(e.key)) { e.preventDefault(); moveMark(m, e.key); }
    if (m && (e.key === "Enter" || e.key === " ")) { e.preventDefault(); const row = $(`#site-table tr[data-i="${m.dataset.i}"]`); row.hidden = false; const d = $("details", row); d.open = true; $("summary", d).focus(); row.scrollIntoView({ block: "center" }); }
  });
  $$("#map #land path").forEach((p) => {
    p.addEventListener("pointermove", (e) => { if (e.pointerType === "mouse") { openTip(p, regionTip(p.dataset.r)); p.classList.add("on"); tip.style.left = `${Math.max(8, Math.min(e.clientX + 14, root.clientWidth - tip.offsetWidth - 8))}px`; tip.style.top = `${e.clientY + 18 + tip.offsetHeight < innerHeight ? e.clientY + 18 : Math.max(8, e.clientY - tip.offsetHeight - 12)}px`; } });
    p.addEventListener("pointerleave", () => { p.classList.remove("on"); closeSoon(); });
    p.addEventListener("click", () => openTip(p, regionTip(p.dataset.r)));
  });
  const summary = $("#map-sum");
  const show = (k) => {
    chosen = k;
    const r = data.regimes[k];
    closeTip();
    marks.forEach((m) => {
      const s = data.sites[m.dataset.i], use = $("use", m), [size] = use.getAttribute("href").slice(1);
      use.setAttribute("href", `#${size}-${s.tones[k]}`);
      const answer = $("div strong", document.getElementById(s.notes[k])).textContent;
      m.setAttribute("aria-label", `${s.name}, ${s.place}, ${s.capacity}: ${answer}`);
    });
    const badge = make("span", r.status, r.status === "in force" ? "badge law" : "badge");
    summary.replaceChildren(make("strong", r.title), " ", badge, " ", make("span", `${r.load}. Sites: ${r.sites}.`));
    $$("#site-table .chosen").forEach((e) => e.classList.remove("chosen"));
    $$("#site-table tr").forEach((tr) => { const cell = $$(".t, .v", tr)[k]; if (cell) cell.classList.add("chosen"); });
    $("#under").textContent = r.short;
    filter();
  };
  $$("#regime-choice input").forEach((input) => input.addEventListener("change", () => show(Number(input.value) - 1)));

  // The table of sites: filter and sort --------------------------------------------------------------------------------
  const form = $("#filters"), body = $("#site-table tbody"), rows = $$("tr", body), shown = $("#shown");
  const texts = rows.map((tr) => $$("th, .reg, .st", tr).map((e) => e.textContent).join(" ").toLowerCase());
  const number = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
  function filter() {
    const want = Object.fromEntries(new FormData(form)), words = want.text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0, kw = 0;
    const stays = rows.map((tr, i) => {
      const s = data.sites[i];
      const ok = words.every((w) => texts[i].includes(w)) && (!want.region || s.region === want.region) && (!want.status || s.status.split(",")[0] === want.status) && (!want.tone || s.tones[chosen] === want.tone);
      tr.hidden = !ok;
      if (ok) { count += 1; kw += s.kw || 0; }
      return ok;
    });
    marks.forEach((m) => m.classList.toggle("off", !stays[m.dataset.i]));
    shown.textContent = `${count} of ${rows.length} sites${kw ? `, ${number.format(kw / 1000)} MW counted` : ""}`;
    const stop = $$(".t a", body).find((a) => a.tabIndex === 0);
    if (stop && stop.closest("tr").hidden) { const first = $("tr:not([hidden]) .t a", body); if (first) { stop.tabIndex = -1; first.tabIndex = 0; } }
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (e) => e.preventDefault());
  const keys = { name: (s) => s.name.toLowerCase(), region: (s) => data.regions[s.region].en, kw: (s) => s.kw, status: (s) => s.status };
  $$("#site-table th[data-sort]").forEach((th) => {
    const button = make("button", th.textContent);
    button.type = "button";
    th.replaceChildren(button);
    button.addEventListener("click", () => {
      const key = keys[th.dataset.sort], was = th.getAttribute("aria-sort"), first = th.dataset.sort === "kw" ? "descending" : "ascending";
      const now = was ? (was === "ascending" ? "descending" : "ascending") : first, way = now === "ascending" ? 1 : -1;
      $$("#site-table th[aria-sort]").forEach((h) => h.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", now);
      const order = rows.map((tr, i) => ({ tr, i, k: key(data.sites[i]) })).sort((a, b) => {
        if (a.k === null || b.k === null) return (a.k === null) - (b.k === null) || a.i - b.i; // not reported comes last either way
        return (typeof a.k === "number" ? a.k - b.k : a.k.localeCompare(b.k)) * way || a.i - b.i;
      });
      body.append(...order.map((o) => o.tr));
    });
  });

  // What differs ---------------------------------------------------------------------------------------------------------
  const two = $("#two");
  if (two) {
    const compare = (a, b) => {
      two.elements.a.value = a; two.elements.b.value = b;
      $$(".pairbox.shown").forEach((p) => p.classList.remove("shown"));
      const box = document.getElementById(`d-${Math.min(a, b)}-${Math.max(a, b)}`);
      $("#two-sum").textContent = box ? "" : "The same regime: nothing differs.";
      if (box) { box.classList.add("shown"); box.open = true; }
    };
    two.addEventListener("change", () => compare(Number(two.elements.a.value), Number(two.elements.b.value)));
    two.addEventListener("submit", (e) => e.preventDefault());
    const fromHash = () => { const m = /^#d-(\d+)-(\d+)$/.exec(location.hash); if (m) { compare(Number(m[1]), Number(m[2])); two.scrollIntoView(); } };
    addEventListener("hashchange", fromHash);
    compare(Number(two.elements.a.value), Number(two.elements.b.value));
    fromHash();
  }

  // On paper nothing that was folded is lost ------------------------------------------------------------------------------
  let opened = [];
  addEventListener("beforeprint", () => { closeTip(); opened = $$("details.silent").filter((d) => !d.open); opened.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => { opened.forEach((d) => { d.open = false; }); opened = []; });

  // On a narrow screen the map opens where most sites are
  const box = $(".mapbox");
  if (box.scrollWidth > box.clientWidth) box.scrollLeft = box.scrollWidth * 0.3;
  show(chosen);
})();
