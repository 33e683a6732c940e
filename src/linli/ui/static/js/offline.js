// Pages that work without a network: the service worker keeps them, and a form marked data-outbox that cannot be
// sent is kept on the phone and sent when the network is back. Its hidden `key` stops a second case.
//
// What an answer means to a kept letter: sent (it is gone), later (the network or the office failed: sent again),
// or one of login, conflict, refused, gone, unfit, large: kept, said in words, and sent again only when asked.

import { drop, keep, of } from "./letters.js";

const AGAIN = 60000;
const DOOR = "/staff/login/";
const MEANS = { 401: "login", 403: "refused", 404: "gone", 405: "gone", 409: "conflict", 410: "gone", 413: "large", 422: "unfit" };
const SENDS = ["waiting", "later", "login"];

const box = () => document.getElementById("outbox");
const account = () => box()?.dataset.account ?? "";
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const once = ({ id, action, entries, done }, fresh) => {
  const body = new FormData();
  entries.forEach(([name, value]) => body.append(name, name === "csrfmiddlewaretoken" ? fresh : value));
  return fetch(action, { method: "POST", body, headers: { "X-Outbox": id, "X-CSRFToken": fresh, "X-Outbox-Done": done ?? "" } });
};

const freshToken = async (action) => {
  const answer = await fetch(action, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
};

// A form that lay open for long carries a token that is void: take a fresh one and send again, once.
const post = async (letter) => {
  const answer = await once(letter, token());
  return answer.status === 403 ? once(letter, await freshToken(letter.action)) : answer;
};

const meant = (answer) => {
  if (answer.redirected && new URL(answer.url).pathname === DOOR) return "login";
  return answer.ok ? "sent" : MEANS[answer.status] ?? "later";
};

export const say = (words, tone = "amber") => {
  const note = Object.assign(document.createElement("p"), { className: `notice notice--${tone}`, textContent: words });
  document.getElementById("notices")?.replaceChildren(note);
  note.scrollIntoView({ block: "center" });
};

const words = (letter) => (letter.state === "refused" && letter.refused) || box()?.dataset[letter.state ?? "waiting"] || letter.kept;

// --- sending

const letterOf = (form, submitter) => {
  const data = new FormData(form, submitter);
  return {
    id: data.get("key") || newKey(), action: form.action, entries: [...data.entries()], kept: form.dataset.outbox,
    refused: form.dataset.refused ?? "", title: form.dataset.title ?? document.title, account: account(),
    task: form.dataset.task ?? "", mends: form.dataset.mends ?? "", state: "waiting",
    done: form.dataset.done || new Date().toISOString(),
  };
};

const sent = async (letter, answer, isAtHand = false) => {
  await drop(letter.id);
  if (letter.mends) await drop(letter.mends);
  if (!letter.account) return arrive(answer);
  const { said } = await answer.json().catch(() => ({ said: letter.title }));
  say(said, "green");
  document.dispatchEvent(new CustomEvent("linli:sent", { detail: { letter, isAtHand } }));
};

const send = async (form, submitter) => {
  const letter = letterOf(form, submitter);
  let answer = null;
  if (navigator.onLine) answer = await post(letter).catch(() => null); // the network failed on the way: keep the letter
  letter.state = answer ? meant(answer) : "waiting";
  if (letter.state === "sent") await sent(letter, answer, true);
  else if (answer && letter.state === "unfit" && !letter.account) await arrive(answer); // the page has all that was filled in
  else if (answer && letter.state === "refused" && !letter.account) return say(words(letter));
  else await kept(letter, form, answer);
  await show();
};

const kept = async (letter, form, answer) => {
  try {
    await keep(letter);
  } catch {
    return say(box()?.dataset.full ?? letter.kept); // no room on the phone: the form stays as it is
  }
  if (letter.mends && letter.mends !== letter.id) await drop(letter.mends);
  if (answer && ["unfit", "conflict"].includes(letter.state)) return lay(letter, answer);
  form.reset();
  if (form.elements.key) form.elements.key.value = newKey();
  say(letter.state === "waiting" ? letter.kept : words(letter));
  document.dispatchEvent(new CustomEvent("linli:kept", { detail: { letter, isAtHand: true } }));
};

const arrive = async (answer) => {
  const text = await answer.text();
  if (answer.redirected) return location.assign(answer.url);
  const page = new DOMParser().parseFromString(text, "text/html");
  document.getElementById("content").replaceWith(page.getElementById("content"));
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
};

// --- letters that need a look

// Lays the form that came back, with all that was filled in, where this page shows forms; else as the whole page.
const lay = async (letter, answer) => {
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const form = page.querySelector("#sheet form, form[data-outbox]");
  for (const name of form?.getAttributeNames() ?? []) if (name.startsWith("hx-")) form.removeAttribute(name);
  if (form) {
    form.action = new URL(form.getAttribute("action") || letter.action, location.href).href;
    Object.assign(form.dataset, { outbox: letter.kept, refused: letter.refused, title: letter.title, task: letter.task, mends: letter.id, done: letter.done ?? "" });
    form.querySelectorAll("[hx-post]").forEach((part) => part.removeAttribute("hx-post"));
  }
  const taken = document.dispatchEvent(new CustomEvent("linli:laid", { cancelable: true, detail: { letter, form, words: words(letter) } }));
  if (!taken) return undefined; // the page shows it where it shows forms
  document.getElementById("content").replaceWith(page.getElementById("content"));
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  return undefined;
};

const look = async (letter) => {
  const answer = await post(letter).catch(() => null);
  if (!answer) return say(box().dataset.waiting);
  letter.state = meant(answer);
  if (letter.state === "sent") return sent(letter, answer);
  await keep(letter);
  return ["unfit", "conflict"].includes(letter.state) ? lay(letter, answer) : say(words(letter));
};

const button = (text, kind, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className: `button button--${kind}`, textContent: text });
  made.addEventListener("click", async () => { made.disabled = true; await act(); await show(); });
  return made;
};

const line = (letter) => {
  const told = box().dataset;
  const item = document.createElement("li");
  const name = Object.assign(document.createElement("strong"), { textContent: letter.title });
  const said = Object.assign(document.createElement("p"), { className: "hint", textContent: words(letter) });
  const row = Object.assign(document.createElement("div"), { className: "row" });
  item.dataset.state = letter.state ?? "waiting";
  if (letter.state === "login") row.append(Object.assign(document.createElement("a"), { className: "button button--primary", href: `${DOOR}?next=${encodeURIComponent(location.pathname)}`, textContent: told.enter }));
  else row.append(button(SENDS.includes(letter.state ?? "waiting") ? told.again : told.look, "primary", () => look(letter)));
  row.append(button(told.drop, "quiet", async () => { if (confirm(told.sure)) await drop(letter.id); }));
  item.append(name, said, row);
  return item;
};

const show = async () => {
  const there = box();
  if (!there) return;
  const mine = await of(account());
  there.hidden = mine.length === 0;
  there.querySelector("ul").replaceChildren(...mine.map(line));
};

// --- when the network is back

const flush = async () => {
  for (const letter of await of(account())) {
    if (!SENDS.includes(letter.state ?? "waiting")) continue;
    const answer = await post(letter).catch(() => null);
    if (!answer) break;
    letter.state = meant(answer);
    if (letter.state === "sent") await sent(letter, answer);
    else await keep(letter);
    if (letter.state === "login" || letter.state === "later") break; // the others would fare no better now
  }
  await show();
};

// One page at a time, so that two of them do not send the same letter at once.
const flushed = () => navigator.locks ? navigator.locks.request("linli-outbox", { ifAvailable: true }, (lock) => lock && flush()) : flush();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-outbox]") || event.defaultPrevented) return;
  if (event.submitter?.name) return; // asks something else of the form than to send it
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed) pressed.disabled = true;
  send(form, pressed).finally(() => { if (pressed) pressed.disabled = false; });
}, true);
window.addEventListener("online", flushed);
setInterval(() => navigator.onLine && flushed(), AGAIN);
show().catch(() => null);
if (navigator.onLine) flushed();
navigator.serviceWorker?.register("/sw.js");
