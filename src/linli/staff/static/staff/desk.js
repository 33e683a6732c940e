// Comforts of the desk. Without them every page still works.

// Ctrl+Enter sends the form one is in; the quick form's first question has the cursor as soon as the page is there.
document.querySelector("form[data-quick]")?.querySelector("textarea, input:not([type=hidden]), select")?.focus();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[method=post]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

// A form fetched into the case page takes the cursor.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("#sheet form")?.scrollIntoView({ block: "nearest" });
  document.querySelector("#sheet textarea, #sheet select, #sheet input:not([type=hidden])")?.focus();
});

// On a phone the filters are folded away until they are wanted.
if (matchMedia("(width < 48rem)").matches) document.querySelector("[data-folds]")?.removeAttribute("open");

// Single keys: what /staff/keys/ tells. They sleep while somebody types, and wherever they are switched off.
const OFF = "linli-keys-off";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]";
const rows = () => [...document.querySelectorAll("#content tbody th[scope=row] a[href]")];

const step = (by) => {
  const all = rows();
  const here = document.activeElement.closest("tr") ?? document.querySelector("tr:target");
  const at = all.findIndex((link) => link.closest("tr") === here);
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};

const sheet = async () => {
  const link = document.querySelector("a[data-keys]");
  if (!link) return;
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", link.dataset.keysTitle);
  const head = dialog.appendChild(document.createElement("div"));
  head.className = "dialog__head";
  head.appendChild(document.createElement("h2")).textContent = link.dataset.keysTitle;
  const close = head.appendChild(document.createElement("button"));
  Object.assign(close, { type: "button", className: "button button--quiet", textContent: link.dataset.keysClose });
  close.dataset.closes = "";
  const body = dialog.appendChild(document.createElement("div"));
  body.className = "dialog__body";
  body.innerHTML = await answer.text();
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  remembered(dialog);
  dialog.showModal();
};

const remembered = (root) => {
  for (const box of root.querySelectorAll("[data-keys-switch]")) box.checked = !localStorage.getItem(OFF);
};

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
  u: () => document.querySelector("a.heading__back")?.click(),
  "/": () => document.querySelector("#jump")?.focus(),
  "?": sheet,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (localStorage.getItem(OFF) || event.target.closest?.(TYPING)) return;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!pressed && !Object.hasOwn(ACTS, event.key)) return;
  event.preventDefault();
  if (pressed) pressed.click();
  else ACTS[event.key]();
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-keys-switch]")) return;
  if (target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

remembered(document);
// Who logs out takes along what this phone keeps of theirs; what is not sent yet is named first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-leaves]")) return;
  event.preventDefault();
  const { forget, of } = await import("../js/letters.js");
  const unsent = await of(form.dataset.leaves).catch(() => []);
  if (unsent.length && !confirm(form.dataset.unsent.replace("#", unsent.length))) return;
  await forget(form.dataset.leaves).catch(() => null);
  form.submit();
});
