// Rectangles drawn on a photo with a mouse or finger. The numbers beside it say the same and stay the truth: what is
// typed there is drawn, what is drawn is written there, in thousandths of the picture.

const paper = document.querySelector("[data-cover]");
const lines = [...document.querySelectorAll("[data-box]")].map((row) => [...row.querySelectorAll("input")]);
const SVG = "http://www.w3.org/2000/svg";
const WHOLE = 1000;
const { width: WIDE, height: HIGH } = paper.viewBox.baseVal;

const made = (left, top, width, height) => {
  const box = document.createElementNS(SVG, "rect");
  const given = { x: (left * WIDE) / WHOLE, y: (top * HIGH) / WHOLE, width: (width * WIDE) / WHOLE, height: (height * HIGH) / WHOLE };
  Object.entries({ ...given, class: "outline__mine" }).forEach(([key, value]) => box.setAttribute(key, value));
  return box;
};

const draw = (also = null) => {
  paper.querySelectorAll("rect").forEach((box) => box.remove());
  const typed = lines.map((line) => line.map((input) => input.value.trim())).filter((line) => line.every((text) => /^\d+$/.test(text)));
  [...typed.map((line) => line.map(Number)), ...(also ? [also] : [])].forEach((box) => paper.append(made(...box)));
};

const at = (event) => {
  const frame = paper.getScreenCTM().inverse();
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(frame);
  const within = (value, side) => Math.round(Math.min(Math.max(value / side, 0), 1) * WHOLE);
  return [within(point.x, WIDE), within(point.y, HIGH)];
};

const between = ([a, b], [c, d]) => [Math.min(a, c), Math.min(b, d), Math.abs(a - c), Math.abs(b - d)];

let begun = null;
paper.addEventListener("pointerdown", (event) => {
  begun = at(event);
  paper.setPointerCapture(event.pointerId);
});
paper.addEventListener("pointermove", (event) => begun && draw(between(begun, at(event))));
paper.addEventListener("pointerup", (event) => {
  const box = begun && between(begun, at(event));
  begun = null;
  const free = lines.find((line) => line.every((input) => !input.value.trim()));
  if (box && free && box[2] && box[3]) free.forEach((input, nth) => { input.value = box[nth]; });
  draw();
});
lines.flat().forEach((input) => input.addEventListener("input", () => draw()));
