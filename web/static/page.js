// What only a browser can do, for the page as a whole: leave Enter to an input method that is composing, and
// carry a change of language to the program. The files beside this one do so for their part of the page;
// each component is handed to its function when it is loaded (the js_on_load of chat/). None writes HTML.
window.wenbao ??= (() => {
  for (const kind of ["keydown", "keypress"])
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);

  return {
    calm: matchMedia("(prefers-reduced-motion: reduce)"),

    // Go to a room. The bar is drawn anew with each language: it is told again which room one is in.
    enter(room) {
      document.body.dataset.room = room;
      for (const way of document.querySelectorAll("#top [data-room]"))
        way.setAttribute("aria-current", way.dataset.room === room ? "page" : "false");
    },
  };
})();

wenbao.top = (element, onSwitch, watch) => {
  wenbao.enter("ask");
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button) return onSwitch({ language: button.dataset.language });
    const way = event.target.closest("[data-room]");
    if (way) wenbao.enter(way.dataset.room);
  });
  watch("value", () => wenbao.enter(document.body.dataset.room));
};
