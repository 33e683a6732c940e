// Draws maps from our own GeoJSON; asks nothing of any other server. Without WebGL the words and fields stay.
//
// data-areas: GeoJSON whose features carry `name` and `kind`: area, cell, estate, building, green (polygons),
// road (lines, `main` for the wide ones), water (either).
// data-points: GeoJSON of points with `label`, `href` and `tone` (late or plain).
// data-lon, data-lat: one marked place. data-picks: the id of the question whose place a click sets.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const empty = { type: "FeatureCollection", features: [] };
const point = (lon, lat, properties = {}) => ({
  type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] },
});

const hasWebGL = () => {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
};

const styled = (address) => {
  const href = new URL("maplibre-gl.css", new URL(address, location.href)).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
};

const read = async (address) => {
  if (!address) return empty;
  const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
  return answer.ok ? answer.json() : empty;
};

const shaped = (form) => ["==", ["geometry-type"], form];
const grows = (least, most) => ["interpolate", ["exponential", 2], ["zoom"], 12, least, 18, most];
const wide = (main, mainMost, lane, laneMost) => ["interpolate", ["exponential", 2], ["zoom"],
  12, ["case", ["to-boolean", ["get", "main"]], main, lane], 18, ["case", ["to-boolean", ["get", "main"]], mainMost, laneMost]];
const rounded = { layout: { "line-cap": "round", "line-join": "round" } };
const of = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const fill = (id, kinds, paint, more = {}) => ({ id, type: "fill", source: "areas", filter: of(...kinds), paint, ...more });
const line = (id, kinds, paint, more = {}) => ({ id, type: "line", source: "areas", filter: of(...kinds), paint, ...more });
const named = (id, kinds, size, more = {}) => ({
  id, type: "symbol", source: "areas", filter: of(...kinds),
  layout: { "text-field": ["get", "name"], "text-size": size, "text-padding": 6 },
  paint: { "text-color": token("grey-7"), "text-halo-color": token("grey-0"), "text-halo-width": 1.5 }, ...more,
});

const style = (areas, points) => ({
  version: 8,
  sources: { areas: { type: "geojson", data: areas }, points: { type: "geojson", data: points }, here: { type: "geojson", data: empty } },
  layers: [
    { id: "sheet", type: "background", paint: { "background-color": token("map-ground") } },
    fill("estates", ["estate"], { "fill-color": token("map-estate") }),
    fill("greens", ["green"], { "fill-color": token("map-green") }),
    fill("waters", ["water"], { "fill-color": token("map-water") }, { filter: ["all", of("water"), shaped("Polygon")] }),
    line("streams", ["water"], { "line-color": token("map-water"), "line-width": grows(3, 70) }, { filter: ["all", of("water"), shaped("LineString")] }),
    line("road-edges", ["road"], { "line-color": token("map-road-edge"), "line-width": wide(2, 46, 1, 22) }, rounded),
    line("roads", ["road"], { "line-color": token("map-road"), "line-width": wide(1.4, 42, 0.6, 19) }, rounded),
    fill("buildings", ["building"], { "fill-color": token("map-building"), "fill-outline-color": token("grey-4") }, { minzoom: 13.5 }),
    line("cells", ["cell"], { "line-color": token("map-cell"), "line-opacity": 0.35, "line-width": 1, "line-dasharray": [3, 2] }, { minzoom: 13 }),
    line("borders", ["area"], { "line-color": token("map-border"), "line-width": 1.6 }),
    named("road-names", ["road"], 11, { minzoom: 15, layout: { "text-field": ["get", "name"], "text-size": 11, "symbol-placement": "line" } }),
    named("building-names", ["building"], 10, { minzoom: 16.5 }),
    named("estate-names", ["estate", "green"], 11, { minzoom: 14.5 }),
    named("area-names", ["area"], 13, { maxzoom: 15.5 }),
    { id: "points", type: "circle", source: "points", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3, 17, 8],
      "circle-color": ["case", ["==", ["get", "tone"], "late"], token("map-late"), token("map-point")],
      "circle-stroke-color": token("grey-0"), "circle-stroke-width": 1.5, "circle-opacity": 0.9 } },
    { id: "here", type: "circle", source: "here", paint: {
      "circle-radius": 9, "circle-color": token("map-late"), "circle-stroke-color": token("grey-0"), "circle-stroke-width": 3 } },
  ],
});

const corners = (shape, found = []) => {
  if (typeof shape?.[0] === "number") found.push(shape);
  else shape?.forEach((inner) => corners(inner, found));
  return found;
};

const bounds = (...collections) => {
  const all = collections.flatMap((one) => one.features.flatMap((each) => corners(each.geometry?.coordinates)));
  if (!all.length) return null;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of all) [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
  return [[west, south], [east, north]];
};

const start = (box, areas, points) => {
  const [lon, lat] = [Number(box.dataset.lon), Number(box.dataset.lat)];
  if (box.dataset.lon && box.dataset.lat) return { center: [lon, lat], zoom: 16 };
  const around = bounds(areas, points);
  return around ? { bounds: around, fitBoundsOptions: { padding: 24, maxZoom: 17 } } : { center: [121.47, 31.23], zoom: 10 };
};

const draw = async (box) => {
  if (box.dataset.drawn) return;
  box.dataset.drawn = "1";
  if (!hasWebGL()) return;
  styled(box.dataset.module);
  const [gl, areas, points] = await Promise.all([import(box.dataset.module), read(box.dataset.areas), read(box.dataset.points)]);
  box.hidden = false;
  box.classList.add("map--drawn");
  const frame = box.appendChild(Object.assign(document.createElement("div"), { className: "map__frame" }));
  const map = new gl.Map({
    container: frame, style: style(areas, points), ...start(box, areas, points),
    attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, cooperativeGestures: false,
    locale: labels(),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().setAttribute("aria-label", box.getAttribute("aria-label"));
  ["role", "aria-label"].forEach((name) => box.removeAttribute(name)); // the canvas is the region now
  map.on("load", () => ready(box, map, gl));
};

const labels = () => document.documentElement.lang.startsWith("en") ? {} : {
  "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小", "Map.Title": "地图",
};

const mark = (map, lon, lat) => map.getSource("here").setData(point(lon, lat));

const ready = (box, map, gl) => {
  box.dataset.ready = "1";
  if (box.dataset.lon && box.dataset.lat) mark(map, Number(box.dataset.lon), Number(box.dataset.lat));
  map.on("mouseenter", "points", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "points", () => { map.getCanvas().style.cursor = ""; });
  map.on("click", "points", ({ features, lngLat }) => {
    const { href, label } = features[0].properties;
    const link = Object.assign(document.createElement("a"), { href, textContent: label });
    new gl.Popup({ closeButton: false }).setLngLat(lngLat).setDOMContent(link).addTo(map);
  });
  box.addEventListener("linli:place", ({ detail }) => {
    mark(map, detail.lon, detail.lat);
    if (detail.moves) map.easeTo({ center: [detail.lon, detail.lat], zoom: Math.max(map.getZoom(), 16) });
  });
  if (box.dataset.picks) picking(box, map);
};

const picking = (box, map) => {
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => set(box.closest("[data-place]"), lngLat.lng, lngLat.lat, false));
};

// --- the question of a place: the map, the phone's position and the two fields say the same

const axes = (place) => ["lon", "lat"].map((axis) => place.querySelector(`input[name$=".${axis}"]`));

const datum = (place) => place.querySelector("select[name$='.datum']");
const isOurs = (place) => datum(place).value === "wgs84"; // others lie half a kilometre off: the office converts them

const set = (place, lon, lat, moves) => {
  const [x, y] = axes(place);
  [x.value, y.value] = [lon.toFixed(6), lat.toFixed(6)];
  datum(place).value = "wgs84"; // the phone and our own map speak no other
  say(place, "set");
  tell(place, lon, lat, moves);
};

const tell = (place, lon, lat, moves) => {
  place.querySelector("[data-map]").dispatchEvent(new CustomEvent("linli:place", { detail: { lon, lat, moves } }));
};

const say = (place, which) => {
  const said = place.querySelector("[data-place-said]");
  said.textContent = said.dataset[which];
};

const locate = (place) => {
  if (!navigator.geolocation) return say(place, "refused");
  say(place, "looking");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => set(place, coords.longitude, coords.latitude, true),
    () => say(place, "refused"),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
};

const ask = (place) => {
  if (place.dataset.asked) return;
  place.dataset.asked = "1";
  place.querySelector("[data-place-tools]").hidden = false;
  const [x, y] = axes(place);
  const box = place.querySelector("[data-map]");
  if (box.dataset.plain !== undefined) say(place, "plain");
  else if (hasWebGL()) {
    box.hidden = false;
    place.querySelector("[data-place-numbers]").open = false;
    if (x.value && y.value && isOurs(place)) [box.dataset.lon, box.dataset.lat] = [x.value, y.value];
  } else say(place, "mapless");
  place.querySelector("[data-locate]").addEventListener("click", () => locate(place));
  [x, y].forEach((input) => input.addEventListener("change", () => {
    if (isOurs(place) && x.value && y.value && Number.isFinite(Number(x.value)) && Number.isFinite(Number(y.value))) tell(place, Number(x.value), Number(y.value), true);
  }));
};

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); draw(target); }
});

const begin = () => {
  document.querySelectorAll("[data-place]").forEach(ask);
  document.querySelectorAll("[data-map]:not([data-drawn])").forEach((box) => seen.observe(box));
};
document.addEventListener("htmx:after:swap", begin);
begin();
