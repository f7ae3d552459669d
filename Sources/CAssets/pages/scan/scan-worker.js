// Keeps the handheld's page on the device, so that it also opens without a network.
//
// The network comes first, so that a new version of the box is used at once; what was kept serves
// where nobody answers. Calls of the API are never kept and never answered from here: what waits
// stands in the queue of the page, not in a cache.
const shelf = "stowage-handheld";
const parts = [
  "/scan",
  "/assets/common/stowage.css", "/assets/common/stowage.svg", "/assets/common/theme.js",
  "/assets/common/dom.js", "/assets/common/api.js", "/assets/common/words.js",
  "/assets/common/formats.js", "/assets/common/session.js", "/assets/common/told.js",
  "/assets/common/server-es.js", "/assets/common/words-en.js", "/assets/common/words-es.js",
  "/assets/scan/scan.css", "/assets/scan/scan.js", "/assets/scan/scan.webmanifest",
  "/assets/scan/wedge.js", "/assets/scan/queue.js", "/assets/scan/screens.js",
  "/assets/scan/signals.js", "/assets/scan/work.js", "/assets/scan/errands.js",
  "/assets/scan/standing.js", "/assets/scan/meaning.js", "/assets/scan/arrival.js",
  "/assets/scan/words-en.js", "/assets/scan/words-es.js",
];
const patienceMS = 2500;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shelf).then((cache) => cache.addAll(parts))
    .then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

const fresh = async (request) => {
  const answer = await fetch(request, { cache: "no-cache", signal: AbortSignal.timeout(patienceMS) });
  if (answer.ok) (await caches.open(shelf)).put(request, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = origin === self.location.origin && parts.includes(pathname);
  if (event.request.method !== "GET" || !isOurs) return;
  event.respondWith(fresh(event.request).catch(async () =>
    (await caches.match(event.request, { ignoreSearch: true })) ?? Response.error()));
});
