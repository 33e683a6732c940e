// Keeps residents' pages for when there is no network. Nothing of the office is ever kept on a phone.
const KEPT = "linli-1";
const closed = ["/staff/", "/api/", "/language/", "/print-size/", "/healthz", "/first-run/"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (closed.some((prefix) => address.pathname.startsWith(prefix))) return;
  event.respondWith(fresh(request));
});
