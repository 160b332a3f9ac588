// What only a browser can do, for the page as a whole: leave Enter to an input method that is composing, and
// carry a change of language to the program. The files beside this one do so for their part of the page;
// each component is handed to its function when it is loaded (the js_on_load of chat/). None writes HTML.
window.wenbao ??= (() => {
  for (const kind of ["keydown", "keypress"])
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);

  // The language that the visitor chose here before; else the first that the browser wants and we speak.
  const kept = "wenbao.language";
  let chosen = null;
  function wanted() {
    if (chosen) return chosen;
    try {
      const before = localStorage.getItem(kept);
      if (/^(zh|zh-Hant|en)$/.test(before)) return before;
    } catch {} // a browser may keep nothing
    for (const tag of navigator.languages ?? [])
      if (/^zh\b/i.test(tag)) return /-hant|^zh-(tw|hk|mo)\b/i.test(tag) ? "zh-Hant" : "zh";
      else if (/^en\b/i.test(tag)) return "en";
    return "en";
  }

  // What a screen reader says by itself. It must be there before it says anything, and outlive all drawing.
  const status = document.createElement("div");
  status.className = "unseen";
  status.setAttribute("role", "status");
  document.addEventListener("DOMContentLoaded", () => document.body.append(status));
  if (document.body) document.body.append(status);

  const places = {}; // how far down one was in each room

  return {
    calm: matchMedia("(prefers-reduced-motion: reduce)"),

    // Have a screen reader say some lines, each in its language.
    say(...lines) {
      status.replaceChildren(
        ...lines.map(({ text, lang }) => Object.assign(document.createElement("p"), { textContent: text, lang })),
      );
    },
    wanted,

    choose(language) {
      chosen = language;
      try {
        localStorage.setItem(kept, language);
      } catch {}
    },

    // Go to a room, where one was in it. The bar is drawn anew with each language: it is told again which room
    // one is in.
    enter(room) {
      const left = document.body.dataset.room;
      if (left !== room) places[left] = scrollY;
      document.body.dataset.room = room;
      for (const way of document.querySelectorAll("#top [data-room]"))
        way.setAttribute("aria-current", way.dataset.room === room ? "page" : "false");
      if (left !== room) scrollTo({ top: places[room] ?? 0, behavior: "instant" });
    },
  };
})();

// The page comes in Chinese; who wants another language sees it when it has arrived (page.css).
document.documentElement.classList.toggle("settling", wenbao.wanted() !== "zh");
setTimeout(() => document.documentElement.classList.remove("settling"), 3000); // whatever happens

wenbao.top = (element, onSwitch, watch) => {
  const shown = () => element.querySelector('[data-language][aria-pressed="true"]').dataset.language;
  const name = () => (document.documentElement.lang = element.querySelector(".top").lang);

  wenbao.enter("ask");
  name();
  if (wenbao.wanted() !== shown()) onSwitch({ language: wenbao.wanted() });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button) wenbao.choose(button.dataset.language);
    if (button) return onSwitch({ language: button.dataset.language });
    const way = event.target.closest("[data-room]");
    if (way) wenbao.enter(way.dataset.room);
  });
  watch("value", () => {
    document.documentElement.classList.remove("settling");
    name();
    if (wenbao.wanted() !== shown()) onSwitch({ language: wenbao.wanted() }); // two came, the older one last
    wenbao.enter(document.body.dataset.room);
  });
};
