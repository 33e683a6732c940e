// Shows photos before they are sent, says what is too big or too many, and lets one take a photo or drop one.

import { shrunk } from "./shrink.js";

const carry = (input, files) => {
  const kept = new DataTransfer();
  files.forEach((file) => kept.items.add(file));
  input.files = kept.files;
};

const sift = (box, files) => {
  const [limit, most] = [Number(box.dataset.limit), Number(box.dataset.most)];
  const big = files.filter((file) => file.size > limit);
  const fit = files.filter((file) => file.size <= limit);
  const faults = big.map((file) => `${box.dataset.tooBig}${file.name}`);
  if (fit.length > most) faults.push(box.dataset.tooMany);
  return [fit.slice(0, most), faults];
};

const tile = (box, input, file) => {
  const item = document.createElement("li");
  if (file.type.startsWith("image/")) {
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: file.name });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    item.append(image);
  } else item.append(file.name);
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet", textContent: box.dataset.remove });
  drop.setAttribute("aria-label", `${box.dataset.remove} ${file.name}`);
  drop.addEventListener("click", () => show(box, input, [...input.files].filter((other) => other !== file)));
  item.append(drop);
  return item;
};

const show = (box, input, files) => {
  const [fit, faults] = sift(box, files);
  carry(input, fit);
  const said = box.querySelector("[data-upload-said]");
  said.textContent = faults.join(" ");
  said.hidden = faults.length === 0;
  box.querySelector("[data-upload-shown]").replaceChildren(...fit.map((file) => tile(box, input, file)));
};

// Photos are made small first, one after the other: a phone has little memory. Only then does the form hold them.
const take = async (box, input, files) => {
  box.setAttribute("aria-busy", "true");
  const small = [];
  for (const file of files) small.push(await shrunk(file));
  box.removeAttribute("aria-busy");
  show(box, input, small);
};

const camera = (box, input) => {
  const taken = Object.assign(document.createElement("input"), { type: "file", accept: input.accept, hidden: true });
  taken.setAttribute("capture", "environment");
  const button = box.querySelector("[data-upload-camera]");
  button.hidden = false;
  button.after(taken);
  button.addEventListener("click", () => taken.click());
  taken.addEventListener("change", () => take(box, input, [...input.files, ...taken.files]));
};

const prepare = (box) => {
  if (box.dataset.prepared) return;
  box.dataset.prepared = "1";
  const input = box.querySelector("input[type=file]");
  input.addEventListener("change", () => take(box, input, [...input.files]));
  if (box.querySelector("[data-upload-camera]") && matchMedia("(pointer: coarse)").matches) camera(box, input);
};

const begin = () => document.querySelectorAll("[data-upload]").forEach(prepare);
document.addEventListener("htmx:after:swap", begin);
begin();
