// Small comforts for every page. Without them every page still works.

const counter = (area) => {
  const note = document.getElementById(area.dataset.counts);
  if (note) note.textContent = `${[...area.value].length} / ${area.maxLength}`;
};

const searchable = (select) => {
  if (select.previousElementSibling?.matches("[data-searches]")) return;
  const box = document.createElement("input");
  Object.assign(box, { type: "search", className: "control control--search", placeholder: select.dataset.search });
  box.dataset.searches = select.id;
  box.setAttribute("aria-label", select.dataset.search);
  box.setAttribute("aria-controls", select.id);
  select.before(box);
  box.addEventListener("input", () => narrow(select, box.value.trim().toLowerCase()));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
};

const narrow = (select, words) => {
  const fits = [];
  for (const option of select.options) {
    const text = `${option.text} ${option.value} ${option.dataset.also ?? ""} ${option.parentElement.label ?? ""}`;
    option.hidden = option.value !== "" && !text.toLowerCase().includes(words);
    if (!option.hidden && option.value) fits.push(option);
  }
  for (const group of select.querySelectorAll("optgroup")) {
    group.hidden = ![...group.children].some((option) => !option.hidden);
  }
  if (words && fits.length) {
    select.value = fits[0].value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
};

const enliven = (root) => {
  root.querySelectorAll("[data-counts]").forEach(counter);
  root.querySelectorAll("select[data-search]").forEach(searchable);
  const faults = root.querySelector("[data-faults]");
  if (faults) setTimeout(() => faults.focus());
};

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-counts]")) counter(target);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-closes]") || event.target.matches("dialog[open]")) {
    event.target.closest("dialog").close();
  }
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second press while the first is on its way sends nothing; a while later, or on coming back, the form is free.
const PATIENCE = 8000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, PATIENCE);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// What was sent without leaving the page and never arrived is told; what was filled in stays, and may be sent again.
const untold = (form) => {
  form.querySelectorAll("[data-unsent-note]").forEach((note) => note.remove());
};
document.addEventListener("htmx:before:request", ({ target }) => {
  if (target.matches?.("form[data-unsent]")) untold(target);
});
document.addEventListener("htmx:error", ({ target }) => {
  if (!target.matches?.("form[data-unsent]")) return;
  untold(target);
  const note = document.createElement("p");
  Object.assign(note, { className: "notice notice--amber", textContent: target.dataset.unsent });
  note.setAttribute("role", "alert");
  note.dataset.unsentNote = "";
  (target.querySelector(".form__buttons") ?? target.lastElementChild).before(note);
});

document.addEventListener("htmx:after:swap", () => enliven(document));
enliven(document);
