// The keys of the page, and the help that says what they do (web/keys.py). Those that belong to one part of the
// page, like the arrows in the newspaper page beside, are in its own file. None acts while an input method
// composes, or with Ctrl, Alt or Meta, which are the browser's.
(() => {
  const WRITES = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";
  const kept = "wenbao.keys";
  const typed = []; // what was sent from the question box; the page shows but the beginning of a long one
  let back = 0; // how many questions before the last one the box shows

  const box = () => document.querySelector("#box textarea");
  const help = () => document.querySelector("#top .keys");
  const room = () => document.querySelector(`#room-${document.body.dataset.room ?? "ask"}`);

  function single() {
    try {
      return localStorage.getItem(kept) !== "off";
    } catch {
      return true;
    }
  }

  function write(text) {
    const field = box();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.setSelectionRange(text.length, text.length);
  }

  function asked() {
    const shown = [...document.querySelectorAll("#talk h2.q")].map((q) => q.textContent);
    return shown.map((q) => typed.findLast((one) => q.endsWith("……") && one.startsWith(q.slice(0, -2))) ?? q);
  }

  // Go back to a question before, or forth again to the empty box.
  function recall(step) {
    const questions = asked();
    const at = back + step;
    if (at < 0 || at > questions.length) return;
    back = at;
    write(at ? questions.at(-at) : "");
  }

  function note() {
    const question = box().value.trim();
    if (question && typed.at(-1) !== question) typed.push(question);
    typed.splice(0, typed.length - 60);
    back = 0;
  }

  function show() {
    help().querySelector("[data-single]").checked = single();
    help().showModal();
    help().querySelector("[data-done]").focus();
  }

  function find() {
    const fields = [...room().querySelectorAll("[data-find]"), ...room().querySelectorAll("textarea")];
    const field = fields.find((one) => one?.checkVisibility());
    field?.focus();
    field?.select?.();
  }

  // What is out of use must reach none of our listeners; the browser still does with it what it does.
  document.addEventListener("keydown", (event) => {
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (letter && !single() && !event.target.closest(WRITES)) event.stopImmediatePropagation();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (help()?.open) return event.stopImmediatePropagation(); // Escape closes the help, and nothing else
    if (event.defaultPrevented) return;
    const writes = event.target.closest(WRITES);
    if (event.target === box()) {
      if (event.key === "Enter" && !event.shiftKey) return note();
      const again = event.key === "ArrowUp" && (!box().value || (back && box().value === asked().at(-back)));
      const forth = event.key === "ArrowDown" && back && box().value === asked().at(-back);
      if (!event.shiftKey && (again || forth)) {
        event.preventDefault();
        return recall(again ? (box().value ? 1 : 1 - back) : -1);
      }
    }
    if (event.key === "Escape" && !document.body.classList.contains("reading")) {
      const stop = [...room().querySelectorAll("[data-stop]")].at(-1);
      return stop ? stop.click() : writes?.blur();
    }
    if (writes) return;
    // An input method in Chinese gives the marks of its own.
    const act = { "/": find, "、": find, "?": show, "？": show }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#send")) note();
    if (event.target.closest("[data-keys]")) show();
    if (event.target === help() || event.target.closest("[data-done]")) help().close();
  }, true);

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-single]")) return;
    try {
      localStorage.setItem(kept, event.target.checked ? "on" : "off");
    } catch {}
  });
})();
