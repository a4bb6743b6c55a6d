// Suggestions below the search field, by the combobox pattern of the ARIA Authoring Practices:
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Without this script the field still leads to the page of results.
"use strict";

for (const form of document.querySelectorAll("form[role=search]")) suggest(form, form.elements.q);

function suggest(form, field) {
  const list = document.createElement("ul");
  const wait = 120; // milliseconds without a keystroke, after which the server is asked
  let timer = 0;
  let asked = "";
  let chosen = -1;

  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent.trim());
  list.hidden = true;
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) {
    field.setAttribute(name, value);
  }
  close();

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      // The field itself is one of the places: before the first and after the last.
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "ArrowDown") {
      ask();
    } else if (event.key === "Enter" && chosen >= 0) {
      location.assign(list.children[chosen].dataset.address);
    } else {
      return;
    }
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  // The field keeps the focus, so that the list is still there when the button comes up.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });

  async function ask() {
    const text = (asked = field.value.trim());
    if (!text) return close();
    const query = new URLSearchParams({ q: text, format: "json" });
    try {
      const response = await fetch(`${form.action}?${query}`, {
        headers: { "Accept-Language": document.documentElement.lang },
      });
      if (response.ok && text === asked) show((await response.json()).results);
    } catch {
      close(); // no network: the field works as without suggestions
    }
  }

  function show(results) {
    if (document.activeElement !== field || !results.length) return close();
    list.replaceChildren(...results.map((result, index) => {
      const option = document.createElement("li");
      const what = document.createElement("span");
      option.id = `suggestion-${index}`;
      option.dataset.address = result.address;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      what.className = "hint";
      what.textContent = result.by ? `${result.what} · ${result.by}` : result.what;
      option.append(result.name, " ", what);
      return option;
    }));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    choose(-1);
  }

  function choose(index) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    const option = list.children[index];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", option.id);
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    clearTimeout(timer);
    asked = "";
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}
