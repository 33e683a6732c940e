// Residents' pages work without a network: the service worker keeps pages, and a form marked data-outbox that
// cannot be sent is kept on the phone and sent when the network is back. Its hidden `key` stops a second case.

const REFUSED = 403;
const AGAIN = 60000;

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("linli-outbox", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("letters", { keyPath: "id" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const letters = async (mode, act) => {
  const base = await open();
  return new Promise((resolve, reject) => {
    const asked = act(base.transaction("letters", mode).objectStore("letters"));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
};

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

const once = ({ id, action, entries }, fresh) => {
  const body = new FormData();
  entries.forEach(([name, value]) => body.append(name, name === "csrfmiddlewaretoken" ? fresh : value));
  return fetch(action, { method: "POST", body, headers: { "X-Outbox": id, "X-CSRFToken": fresh } });
};

const freshToken = async (action) => {
  const answer = await fetch(action, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
};

// A form that lay open for long carries a token that is void: take a fresh one and send again, once.
const post = async (letter) => {
  const answer = await once(letter, token());
  return answer.status === REFUSED ? once(letter, await freshToken(letter.action)) : answer;
};

const say = (words) => {
  const note = Object.assign(document.createElement("p"), { className: "notice notice--amber", textContent: words });
  document.getElementById("notices")?.replaceChildren(note);
  note.scrollIntoView({ block: "center" });
};

const send = async (form, submitter) => {
  const data = new FormData(form, submitter);
  const letter = { id: data.get("key") || newKey(), action: form.action, entries: [...data.entries()], kept: form.dataset.outbox };
  if (navigator.onLine) {
    try {
      const answer = await post(letter);
      return answer.status === REFUSED ? say(form.dataset.refused) : await arrive(answer);
    } catch { /* the network failed on the way: keep the letter */ }
  }
  await letters("readwrite", (store) => store.put(letter));
  form.reset();
  if (form.elements.key) form.elements.key.value = newKey();
  say(letter.kept);
};

const arrive = async (answer) => {
  const text = await answer.text();
  if (answer.redirected) return location.assign(answer.url);
  const page = new DOMParser().parseFromString(text, "text/html");
  document.getElementById("content").replaceWith(page.getElementById("content"));
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
};

const flush = async () => {
  for (const letter of await letters("readonly", (store) => store.getAll())) {
    const answer = await post(letter).catch(() => null);
    if (!answer) return;
    if (!answer.ok && answer.status !== 422) continue;
    await letters("readwrite", (store) => store.delete(letter.id));
    await arrive(answer);
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-outbox]") || event.defaultPrevented) return;
  if (event.submitter?.name) return; // asks something else of the form than to send it
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  send(form, button).finally(() => { if (button) button.disabled = false; });
}, true);
window.addEventListener("online", flush);
setInterval(() => navigator.onLine && flush(), AGAIN);
if (navigator.onLine) flush();
navigator.serviceWorker?.register("/sw.js");
