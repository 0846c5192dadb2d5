// Keys, rows and forms of the desk. Everything works without it.
"use strict";
(() => {
  const typing = (e) => e.target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-row], li[data-row]")];
  const help = document.getElementById("help");
  let going = false;

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
    if (going) {
      going = false;
      const there = document.querySelector(`[data-go="${CSS.escape(e.key)}"]`);
      if (there) there.click();
      return;
    }
    if (e.key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    if (e.key === "/") { const q = document.getElementById("q"); if (q) { e.preventDefault(); q.focus(); } return; }
    if (e.key === "?" && help) { help.showModal(); return; }
    if (e.key === "j" || e.key === "k") {
      const all = rows(), at = all.findIndex((r) => r.getAttribute("aria-selected") === "true");
      if (!all.length) return;
      const next = Math.min(all.length - 1, Math.max(0, at + (e.key === "j" ? 1 : -1)));
      all.forEach((r, i) => r.setAttribute("aria-selected", String(i === next)));
      const link = all[next].querySelector("a");
      if (link) link.focus({ preventScroll: true });
      all[next].scrollIntoView({ block: "nearest" });
    }
  });
  const button = document.querySelector("[data-help]");
  if (button && help) button.addEventListener("click", () => help.showModal());

  // A form counts once: its key says so to the office, and its button to the person.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.method !== "post" || form.dataset.sent) { if (form.dataset.sent) e.preventDefault(); return; }
    const ask = e.submitter && e.submitter.dataset.ask;
    if (ask && !window.confirm(ask)) { e.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", (e) => { if (e.persisted) document.querySelectorAll("form[data-sent]").forEach((f) => { delete f.dataset.sent; f.querySelectorAll("button").forEach((b) => { b.disabled = false; }); }); });

  // Time series: a canvas where there is room for it, beside the table that holds the same.
  document.querySelectorAll("[data-series]").forEach((box) => {
    if (!window.uPlot) return;
    const held = JSON.parse(document.getElementById(box.dataset.series).textContent);
    const style = getComputedStyle(box), ink = style.color, colours = [style.accentColor, ink, style.outlineColor]; // resolved, as a canvas needs them
    const size = () => ({ width: Math.max(280, box.clientWidth), height: 260 });
    const few = () => held.x.filter((_, i) => i % Math.ceil(held.x.length / Math.max(2, Math.floor(box.clientWidth / 80))) === 0);
    const plot = new uPlot({
      ...size(), padding: [10, 34, 0, 0], cursor: { drag: { x: false, y: false } },
      legend: { show: held.series.length > 1, live: false, markers: { dash: (_, i) => ["solid", "dashed", "dotted"][(i - 1) % 3], fill: () => "transparent" } },
      axes: [{ stroke: ink, grid: { show: false }, splits: few, values: (_, ticks) => ticks.map((t) => held.labels[t] || "") }, { stroke: ink, size: 80, grid: { stroke: "#8884", width: 1 }, values: (_, ticks) => ticks.map((t) => t.toLocaleString(document.documentElement.lang)) }],
      scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.05 : 1] } },
      series: [{ label: "" }, ...held.series.map((s, i) => ({ label: s.label, stroke: colours[i % 3], width: 2, dash: [undefined, [6, 4], [2, 4]][i % 3], points: { size: 6 } }))],
    }, [held.x, ...held.series.map((s) => s.values)], box);
    new ResizeObserver(() => plot.setSize(size())).observe(box);
  });

  const wrong = document.querySelector("[role=alert][tabindex]");
  if (wrong) wrong.focus();
})();
