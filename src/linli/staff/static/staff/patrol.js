// The patrol's page on a phone: a form opens in place of the list, without asking the network for anything.
// The map stays away (it costs data and battery); the position is asked for once, when a form that wants it opens.

import { newKey } from "../js/offline.js";
import { LIST, of } from "../js/letters.js";

const dialog = document.getElementById("patrol-sheet");
const [title, body] = [dialog.querySelector("h2"), dialog.querySelector(".dialog__body")];
let laid = "";

const calm = (root) => root.querySelectorAll("[data-map]").forEach((box) => { box.dataset.plain = ""; box.dataset.drawn = "1"; });

const open = (form, words, from) => {
  calm(form);
  body.replaceChildren(...[words && Object.assign(document.createElement("p"), { className: "notice notice--amber", textContent: words }), form].filter(Boolean));
  title.textContent = form.dataset.title ?? "";
  laid = from;
  if (!dialog.open) dialog.showModal();
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  const place = form.querySelector("[data-place]");
  if (place && !place.querySelector("input[name$='.lon']").value) place.querySelector("[data-locate]").click();
};

// The same form opened again still holds what was filled in; another one begins empty, under a key of its own.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-sheet]");
  const template = opener && document.getElementById(opener.dataset.sheet);
  if (!template) return;
  event.preventDefault();
  if (laid === template.id && body.firstElementChild) return dialog.showModal();
  const form = template.content.querySelector("form").cloneNode(true);
  form.elements.key.value = newKey();
  return open(form, "", template.id);
});

document.addEventListener("linli:laid", (event) => {
  const { form, words } = event.detail;
  if (!form) return;
  event.preventDefault();
  open(document.importNode(form, true), words, "");
});

const shut = ({ detail: { letter, isAtHand } }) => {
  if (letter.task) document.getElementById(letter.task)?.remove();
  if (!isAtHand) return;
  laid = "";
  body.replaceChildren();
  if (dialog.open) dialog.close();
};
document.addEventListener("linli:sent", shut);
document.addEventListener("linli:kept", shut);

// The first time, the page came before the one that keeps it: everything is asked for once more.
const begin = async () => {
  if (!navigator.serviceWorker) return;
  if (!navigator.serviceWorker.controller) await new Promise((claimed) => navigator.serviceWorker.addEventListener("controllerchange", claimed, { once: true }));
  const used = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.includes("/static/"));
  if (!(await caches.has(LIST))) await Promise.all([location.pathname, ...new Set(used)].map((address) => fetch(address).then((answer) => answer.blob()).catch(() => null)));
  document.documentElement.dataset.kept = "1";
};
if (navigator.onLine) begin();

// What waits to be sent is not offered a second time.
for (const { task } of await of(document.getElementById("outbox").dataset.account)) if (task) document.getElementById(task)?.remove();
