// What makes pages quicker: single keys, a count of chosen cards, menus that close. Every page works without it.
"use strict";
(() => {
  /** What a key does: name, the key at first, words. Keys are kept in this browser only; "" turns one off. */
  const ACTIONS = [
    ["next", "j", "Next card"],
    ["previous", "k", "Card before"],
    ["open", "o", "Open the card"],
    ["choose", "x", "Choose the card for many at a time"],
    ["visit", "v", "Read the report it quotes"],
    ["accept", "1", "Accept, or go on to what comes next"],
    ["done", "2", "Done"],
    ["dismiss", "3", "Dismiss"],
    ["snooze", "h", "Snooze"],
    ["undo", "z", "Undo what was done last"],
    ["find", "/", "Search"],
    ["go", "g", "Go to a page: then its letter"],
    ["keys", "?", "These keys"],
  ];
  const STORED = "tidings.keys";
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  const one = (selector, under = document) => under.querySelector(selector);

  /** What this browser keeps, or nothing where it keeps nothing. */
  function kept(name, area = localStorage) {
    try { return JSON.parse(area.getItem(name)) ?? {}; } catch { return {}; }
  }
  function keep(name, value, area = localStorage) {
    try { area.setItem(name, JSON.stringify(value)); } catch { /* private browsing: it holds for this page */ }
  }

  let chosen = kept(STORED);
  const keyOf = (name) => chosen.keys?.[name] ?? ACTIONS.find(([known]) => known === name)[1];
  const areOn = () => chosen.on !== false;

  // Rows: one of them is here.
  const rows = all("[data-row]");
  const list = one("[data-rows]");
  let at = -1;

  function stand(place, look = true) {
    if (!rows.length) return;
    rows[at]?.classList.remove("here");
    at = Math.max(0, Math.min(place, rows.length - 1));
    const row = rows[at];
    if (list) row.classList.add("here");
    if (!look) return;
    (one("[data-open]", row) ?? one("a, button", row))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  /** The row to act on; the first where nobody has moved yet. */
  function row() {
    if (at < 0) stand(0, false);
    return rows[at];
  }

  function press(name) {
    const found = one(`[data-key="${name}"]`, row() ?? document);
    if (!found) return;
    if (found.tagName === "DETAILS") {
      const open = found.open;
      all("details[open]", rows[at]).forEach((other) => { other.open = false; });
      found.open = !open;
      (open ? one("summary", found) : one("select, form button, form input:not([type=hidden])", found))?.focus();
    } else {
      found.click();
    }
  }

  const doings = {
    next: () => stand(at + 1),
    previous: () => stand(at - 1),
    open: () => one("[data-open]", row())?.click(),
    visit: () => one("a.away", row() ?? document)?.click(),
    choose: () => one("[data-choose]", row())?.click(),
    undo: () => one('.toast [data-key="undo"]')?.click(),
    find: () => one("[data-find]")?.focus(),
    keys: () => showKeys(),
  };

  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = event.target.closest?.("details[open]");
      if (open) { open.open = false; one("summary", open).focus(); }
      return;
    }
    const typing = event.target.closest?.("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
    if (!areOn() || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
    if (Date.now() - going < 2000) {
      going = 0;
      const place = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); return; }
    }
    const action = ACTIONS.find(([name]) => keyOf(name) && keyOf(name) === event.key);
    if (!action) return;
    event.preventDefault();
    if (action[0] === "go") going = Date.now();
    else (doings[action[0]] ?? (() => press(action[0])))();
  });

  // After a step the page comes again: stand where one stood.
  const PLACE = "tidings.place";
  addEventListener("pagehide", () => keep(PLACE, { path: location.pathname, at }, sessionStorage));
  const before = kept(PLACE, sessionStorage);
  if (list && before.path === location.pathname && before.at >= 0 && new URLSearchParams(location.search).has("done")) stand(before.at);
  document.addEventListener("focusin", (event) => {
    const found = rows.indexOf(event.target.closest?.("[data-row]"));
    if (found >= 0 && found !== at) stand(found, false);
  });

  // One menu at a time.
  document.addEventListener("toggle", (event) => {
    if (event.target.open) all("details[open]", event.target.closest(".actions, .bulk") ?? event.target).forEach((other) => {
      if (other !== event.target) other.open = false;
    });
  }, true);
  document.addEventListener("click", (event) => {
    all(".bulk details[open], .row .actions details[open]").forEach((open) => {
      if (!open.contains(event.target) && !open.closest("[data-row]")?.contains(event.target)) open.open = false;
    });
  });

  // Many at a time.
  const boxes = all("[data-choose]");
  const every = one("[data-all]");
  const count = one("[data-count]");
  function tell() {
    const number = boxes.filter((box) => box.checked).length;
    count.textContent = number ? `${number} chosen:` : "Choose all";
    every.checked = number === boxes.length;
    every.indeterminate = number > 0 && number < boxes.length;
    all("button, summary.button", one("#bulk")).forEach((button) => {
      const shown = button.tagName === "BUTTON" && !button.closest("details") ? button : button.closest("details");
      shown.hidden = !number;
    });
  }
  if (every && boxes.length) {
    every.hidden = false;
    every.addEventListener("change", () => { boxes.forEach((box) => { box.checked = every.checked; }); tell(); });
    boxes.forEach((box) => box.addEventListener("change", tell));
    addEventListener("pageshow", tell);
    tell();
  }

  // The keys, and how to have others.
  let dialog;
  function showKeys() {
    dialog ??= makeDialog();
    dialog.showModal();
  }

  function make(tag, settings = {}, ...within) {
    const made = Object.assign(document.createElement(tag), settings);
    made.append(...within);
    return made;
  }

  function makeDialog() {
    const lines = ACTIONS.map(([name, first, words]) => {
      const field = make("input", { value: keyOf(name), maxLength: 1, className: "key", id: `key-${name}` });
      field.dataset.first = first;
      field.addEventListener("input", () => {
        chosen = { ...chosen, keys: { ...chosen.keys, [name]: field.value } };
        keep(STORED, chosen);
      });
      return make("li", {}, field, make("label", { htmlFor: field.id, textContent: words }));
    });
    const places = all("[data-go]").map((place) => make("li", {}, make("kbd", { textContent: place.dataset.go }), ` ${place.firstChild.textContent.trim()}`));
    const on = make("input", { type: "checkbox", checked: areOn() });
    on.addEventListener("change", () => { chosen = { ...chosen, on: on.checked }; keep(STORED, chosen); });
    const anew = make("button", { type: "button", textContent: "As they were at first" });
    anew.addEventListener("click", () => {
      chosen = {};
      keep(STORED, chosen);
      on.checked = true;
      all("input.key", made).forEach((field) => { field.value = field.dataset.first; });
    });
    const close = make("button", { type: "button", className: "primary", textContent: "Close" });
    const made = make("dialog", { className: "keys" },
      make("h2", { id: "keys-title", textContent: "Keys" }),
      make("label", { className: "check-field" }, on, "Single keys do something"),
      make("ul", { className: "plain keys-list" }, ...lines),
      make("h3", { textContent: "After the key to go" }),
      make("ul", { className: "plain keys-list" }, ...places),
      make("p", { className: "small faint", textContent: "Write another key into a field, or none to turn it off. This browser keeps them." }),
      make("div", { className: "actions" }, close, anew));
    made.setAttribute("aria-labelledby", "keys-title");
    close.addEventListener("click", () => made.close());
    document.body.append(made);
    return made;
  }

  all("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  });
})();
