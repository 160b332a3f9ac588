// The newspaper page beside the chat: opened by a click on whatever leads to a place, closed again.
wenbao.beside = (() => {
  const reading = document.body.classList;
  let wanted = null; // the place that was clicked and is not shown yet
  let opener = null; // what to give the focus back to

  const shown = () => document.querySelector("#sheet .sheet");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  });

  function light(key) {
    for (const card of document.querySelectorAll(".src")) card.classList.toggle("on", card.dataset.open === key);
  }

  function close() {
    if (!reading.contains("reading")) return;
    reading.remove("reading");
    light(null);
    opener?.focus({ preventScroll: true });
    opener = null;
  }

  function open(sheet) {
    wanted = null;
    reading.add("reading");
    sheet.focus({ preventScroll: true });
    const article = sheet.querySelector(".art.on");
    const mark = sheet.querySelector("mark.exact") ?? sheet.querySelector("mark");
    if (!mark) return (sheet.scrollTop = 0);
    const top = (element) => element.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
    // From the head of the article where the evidence is then in view too; else the evidence itself.
    const head = article ? top(article) - 72 : Infinity;
    const seen = top(mark) - head < sheet.clientHeight * 0.7 && top(mark) > head;
    sheet.scrollTop = seen ? head : top(mark) - sheet.clientHeight * 0.4;
  }

  return {
    close,

    // A room was drawn anew: the source that the page shows is lit again.
    relight() {
      if (reading.contains("reading")) light(shown().dataset.key);
    },

    // Follow a click in a room to the place that it leads to; `onShow` asks the program for the page.
    follow(event, onShow) {
      const at = event.target.closest("[data-open]");
      if (!at || event.target.closest("summary")) return;
      event.preventDefault();
      if (!getSelection().isCollapsed && !event.target.closest("a")) return; // words are being copied
      opener = event.target.closest("a") ?? at.querySelector("a");
      light(at.dataset.open);
      if (shown()?.dataset.key === at.dataset.open) return open(shown());
      wanted = at.dataset.open;
      onShow({ at: wanted });
    },

    arrive() {
      if (shown() && wanted !== null) open(shown());
    },
  };
})();

wenbao.sheet = (element, watch) => {
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) wenbao.beside.close();
  });
  watch("value", wenbao.beside.arrive);
};
