// Keeps residents' pages for when there is no network, and of the office's pages one alone: the patrol's list of
// the day. That list is apart: it goes at log-out, when the log-in has expired, and after sixteen hours.
const KEPT = "linli-1";
const LIST = "linli-patrol";
const PATROL = "/staff/patrol/";
const OUT = ["/staff/logout/", "/staff/login/"];
const LONGEST = 16 * 3600 * 1000;
const closed = ["/staff/", "/api/", "/language/", "/print-size/", "/healthz", "/first-run/"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (![KEPT, LIST].includes(name)) await caches.delete(name);
  await self.clients.claim();
})()));

const fresh = async (request) => {
  try {
    const answer = await fetch(request);
    if (answer.ok && !(answer.headers.get("Cache-Control") ?? "").match(/no-store|private/)) {
      const copy = answer.clone();
      const shelf = await caches.open(KEPT);
      await shelf.put(request, copy);
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
};

const list = async (request) => {
  try {
    const answer = await fetch(request);
    const isList = answer.ok && !answer.redirected && answer.type === "basic";
    if (isList) await (await caches.open(LIST)).put(PATROL, answer.clone());
    else if (answer.status < 500) await caches.delete(LIST);
    return answer;
  } catch (error) {
    const kept = await (await caches.open(LIST)).match(PATROL, { ignoreVary: true });
    if (kept && Date.now() - Date.parse(kept.headers.get("Date")) < LONGEST) return kept;
    await caches.delete(LIST);
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (OUT.includes(address.pathname) && request.mode === "navigate") event.waitUntil(caches.delete(LIST));
  if (request.method !== "GET") return;
  if (address.pathname === PATROL) return event.respondWith(list(request));
  if (closed.some((prefix) => address.pathname.startsWith(prefix))) return;
  event.respondWith(fresh(request));
});
