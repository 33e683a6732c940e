// Offers known addresses while one is typed into a question called `address`; without script it is plain text.
// Taking one that has a position fills in the place of the form, where none is given yet.

const WAIT = 250;
const found = new Map();

const listOf = (input) => {
  const id = `${input.id}-known`;
  const there = document.getElementById(id);
  if (there) return there;
  const list = Object.assign(document.createElement("datalist"), { id });
  input.after(list);
  input.setAttribute("list", id);
  input.autocomplete = "off";
  return list;
};

const ask = async (input) => {
  const text = input.value.trim();
  if (text.length < 2 || found.has(text)) return;
  const answer = await fetch(`/staff/addresses.json?text=${encodeURIComponent(text)}`).catch(() => null);
  if (!answer?.ok || input.value.trim() !== text) return;
  const { addresses } = await answer.json();
  addresses.forEach((one) => found.set(one.words, one));
  listOf(input).replaceChildren(...addresses.map(({ words, area }) => Object.assign(document.createElement("option"), { value: words, label: area ? `${words} · ${area}` : words })));
  input.dataset.offered = String(addresses.length);
};

const place = (input) => {
  const one = found.get(input.value.trim());
  const box = input.form?.querySelector("[data-place]");
  if (one?.lon == null || !box) return;
  const [lon, lat] = ["lon", "lat"].map((axis) => box.querySelector(`input[name$=".${axis}"]`));
  if (lon.value || lat.value) return;
  [lon.value, lat.value] = [one.lon.toFixed(6), one.lat.toFixed(6)];
  const datum = box.querySelector("[name$='.datum']");
  if (datum) datum.value = "wgs84";
  lat.dispatchEvent(new Event("change", { bubbles: true }));
};

let timer = 0;
document.addEventListener("input", ({ target }) => {
  if (!target.matches("input[name=address]")) return;
  clearTimeout(timer);
  if (found.has(target.value.trim())) place(target);
  else timer = setTimeout(ask, WAIT, target);
});
