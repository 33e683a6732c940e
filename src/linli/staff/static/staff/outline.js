// Draws the outline of a grid cell on the office's own map, as SVG: no tiles, no WebGL. The list of corners beside it
// says the same and stays the truth: what is typed there is drawn, what is drawn is written there.

const box = document.querySelector("[data-outline]");
const text = document.getElementById(box.dataset.outline);
const datum = document.getElementById("datum");
const SVG = "http://www.w3.org/2000/svg";
const WIDE = 1000;

const element = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
};

const corners = () => text.value.split("\n").map((line) => line.split(/[,，;；\s]+/).filter(Boolean).map(Number)).filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
const write = (points) => { text.value = points.map((pair) => pair.map((axis) => axis.toFixed(6)).join(", ")).join("\n"); };

const paperOf = (rings) => {
  const all = rings.flat();
  const [west, east] = [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x))];
  const [south, north] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const margin = Math.max(east - west, 0.002) * 0.08;
  const scale = WIDE / ((east - west + 2 * margin) * shrink);
  return {
    high: (north - south + 2 * margin) * scale,
    at: ([x, y]) => [(x - west + margin) * shrink * scale, (north - y + margin) * scale],
    from: ([x, y]) => [x / (shrink * scale) + west - margin, north + margin - y / scale],
  };
};

const path = (paper, ring) => `M${ring.map((point) => paper.at(point).map((axis) => axis.toFixed(1)).join(" ")).join("L")}Z`;

const draw = (svg, paper, others) => {
  const points = corners();
  svg.replaceChildren(...others.map(({ ring, kind }) => element("path", { d: path(paper, ring), class: `outline__${kind}` })));
  if (points.length) svg.append(element("path", { d: path(paper, points), class: "outline__mine" }));
  points.forEach((point, nth) => {
    const [cx, cy] = paper.at(point);
    const dot = element("circle", { cx, cy, r: 12, class: "outline__corner" });
    dot.dataset.nth = nth;
    svg.append(dot);
  });
};

// A new corner goes into the side it lies nearest to.
const place = (paper, points, at) => {
  if (points.length < 3) return points.length;
  const away = (a, b) => {
    const [p, q] = [paper.at(a), paper.at(b)];
    const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
    const share = Math.max(0, Math.min(1, ((at[0] - p[0]) * dx + (at[1] - p[1]) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(at[0] - p[0] - share * dx, at[1] - p[1] - share * dy);
  };
  const sides = points.map((point, nth) => away(point, points[(nth + 1) % points.length]));
  return sides.indexOf(Math.min(...sides)) + 1;
};

const begin = async () => {
  const answer = await fetch(box.dataset.areas);
  const { features } = answer.ok ? await answer.json() : { features: [] };
  const others = features.filter(({ properties: { kind } }) => ["area", "cell"].includes(kind))
    .map(({ geometry, properties }) => ({ ring: geometry.coordinates[0], kind: properties.kind }));
  const rings = [...others.map(({ ring }) => ring), corners()].filter((ring) => ring.length);
  if (!rings.length) return;
  const paper = paperOf(rings);
  const svg = element("svg", { viewBox: `0 0 ${WIDE} ${paper.high.toFixed(0)}`, class: "outline__paper", "aria-hidden": "true" });
  box.append(svg);
  box.hidden = datum.value !== "wgs84";
  datum.addEventListener("change", () => { box.hidden = datum.value !== "wgs84"; });
  const again = () => draw(svg, paper, others);
  const pointed = ({ clientX, clientY }) => {
    const at = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  let moved = -1;
  svg.addEventListener("pointerdown", (event) => {
    const points = corners();
    moved = Number(event.target.dataset.nth ?? -1);
    if (moved < 0) {
      moved = place(paper, points, pointed(event));
      points.splice(moved, 0, paper.from(pointed(event)));
      write(points);
    }
    svg.setPointerCapture(event.pointerId);
    again();
  });
  svg.addEventListener("pointermove", (event) => {
    if (moved < 0) return;
    const points = corners();
    points[moved] = paper.from(pointed(event));
    write(points);
    again();
  });
  svg.addEventListener("pointerup", () => { moved = -1; });
  svg.addEventListener("dblclick", (event) => {
    const at = pointed(event);
    const near = corners().map((point) => Math.hypot(paper.at(point)[0] - at[0], paper.at(point)[1] - at[1]));
    const nth = near.indexOf(Math.min(...near));
    if (near[nth] < 24) write(corners().filter((_point, other) => other !== nth));
    again();
  });
  text.addEventListener("input", again);
  again();
};
begin();
