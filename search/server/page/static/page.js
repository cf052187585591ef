// Conveniences alone: the page works without any of this. Nothing is sent anywhere; the history stays in this browser.
"use strict";
(() => {
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];
  const HISTORY = "qianli.history", OFF = "qianli.history.off", MOST = 12;

  // copy a citation
  const copied = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy");
  };
  for (const button of every("button[data-copy]")) {
    button.hidden = false;
    const words = button.innerHTML;
    button.addEventListener("click", async () => {
      try {
        await copied(button.dataset.copy);
        button.textContent = button.dataset.copied;
        button.setAttribute("aria-live", "polite");
        button.focus();
        setTimeout(() => { button.innerHTML = words; }, 2000);
      } catch { /* the citation can still be selected */ }
    });
  }

  // keys: / to the field, j and k or the arrows from hit to hit, Enter opens one
  const hits = every(".hits > .hit");
  let current = -1;
  const go = (step) => {
    if (!hits.length) return;
    current = Math.max(0, Math.min(hits.length - 1, current + step));
    hits.forEach((hit, place) => hit.classList.toggle("is-current", place === current));
    const link = hits[current].querySelector("h3 a");
    link.focus({ preventScroll: true });
    hits[current].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", (event) => {
    const hit = event.target.closest(".hits > .hit");
    if (hit) current = hits.indexOf(hit);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = document.getElementById("q");
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && field) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && event.target === field) {
      field.blur();
    } else if (!typing && !event.target.closest("summary, .tree, .source, pre")) {
      if (event.key === "j" || (event.key === "ArrowDown" && hits.length)) { event.preventDefault(); go(1); }
      if (event.key === "k" || (event.key === "ArrowUp" && current > 0)) { event.preventDefault(); go(-1); }
    }
  });

  // an empty filter needs no place in the address
  for (const form of every("form.ask")) {
    form.addEventListener("submit", () => {
      const empty = every("input[name]", form).filter((input) => input.value === "" && !input.disabled && (input.type !== "radio" || input.checked));
      for (const input of empty) input.disabled = true;
      setTimeout(() => { for (const input of empty) input.disabled = false; });
    });
  }

  // the last questions, kept in this browser
  const kept = () => {
    try {
      const list = JSON.parse(localStorage.getItem(HISTORY) || "[]");
      return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
    } catch { return []; }
  };
  const store = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch { /* a browser that keeps nothing */ }
  };
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return true; } };
  const here = new URLSearchParams(location.search).get("q");
  if (document.body.classList.contains("results") && here && here.trim() && !off()) {
    store(HISTORY, JSON.stringify([here.trim().slice(0, 500), ...kept().filter((one) => one !== here.trim())].slice(0, MOST)));
  }
  const box = document.getElementById("history");
  if (box) {
    const draw = () => {
      const list = kept();
      box.querySelector("ul").replaceChildren(...list.map((question) => {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = "/search?" + new URLSearchParams({ q: question });
        link.textContent = question;
        item.append(link);
        return item;
      }));
      box.hidden = !list.length && !off();
    };
    const box_off = box.querySelector("[data-history=off]");
    box_off.checked = off();
    box_off.addEventListener("change", () => {
      store(OFF, box_off.checked ? "1" : null);
      if (box_off.checked) store(HISTORY, null);
      draw();
    });
    box.querySelector("[data-history=clear]").addEventListener("click", () => { store(HISTORY, null); draw(); document.getElementById("q").focus(); });
    draw();
  }
})();
