// Comforts of the desk. Without them every page still works.

// Ctrl+Enter sends the quick form; its first question has the cursor as soon as the page is there.
const quick = document.querySelector("form[data-quick]");
if (quick) {
  quick.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  quick.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    quick.requestSubmit();
  });
}

// A form fetched into the case page takes the cursor.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("#sheet form")?.scrollIntoView({ block: "nearest" });
  document.querySelector("#sheet textarea, #sheet select, #sheet input:not([type=hidden])")?.focus();
});

// On a phone the filters are folded away until they are wanted.
if (matchMedia("(width < 48rem)").matches) document.querySelector("[data-folds]")?.removeAttribute("open");
