// The newspaper page beside the chat: opened by a click on whatever leads to a place, closed again.
//
// Whoever wants to follow it listens to `wenbao:at` on the document: its `detail` is the key of the place
// that is shown from now on ("turn-n" or "SOURCE@start-end"), or null when the page was closed.
wenbao.beside = (() => {
  const reading = document.body.classList;
  let wanted = null; // the place that was asked for and is not shown yet
  let opener = null; // what to give the focus back to
  let at = null; // the place that is shown
  let fetch = null; // asks the program for a page, once that can be asked

  const shown = () => document.querySelector("#sheet .sheet");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  });

  function light(key) {
    for (const card of document.querySelectorAll(".src")) card.classList.toggle("on", card.dataset.open === key);
  }

  function tell(key) {
    if (at === key) return;
    at = key;
    document.dispatchEvent(new CustomEvent("wenbao:at", { detail: key }));
  }

  function close() {
    wanted = null;
    light(null);
    if (!reading.contains("reading")) return;
    reading.remove("reading");
    opener?.focus({ preventScroll: true });
    opener = null;
    tell(null);
  }

  function open(sheet) {
    wanted = null;
    reading.add("reading");
    tell(sheet.dataset.key);
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

    // Open a place by its key; `ask` asks the program for its page.
    go(key, ask = fetch) {
      light(key);
      if (shown()?.dataset.key === key) return open(shown());
      wanted = key;
      ask?.({ at: key });
    },

    // Follow a click in a room to the place that it leads to; `ask` asks the program for the page.
    follow(event, ask) {
      const from = event.target.closest("[data-open]");
      if (!from || event.target.closest("summary")) return;
      event.preventDefault();
      if (!getSelection().isCollapsed && !event.target.closest("a")) return; // words are being copied
      opener = event.target.closest("a") ?? from.querySelector("a");
      wenbao.beside.go(from.dataset.open, ask);
    },

    // The program can be asked from now on.
    attend(ask) {
      fetch = ask;
      if (wanted !== null) fetch({ at: wanted });
    },

    // Pages may come in another order than they were asked for: the last one counts.
    arrive() {
      if (wanted !== null && shown()?.dataset.key === wanted) open(shown());
    },
  };
})();

wenbao.sheet = (element, onShow, watch) => {
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) wenbao.beside.close();
  });
  watch("value", wenbao.beside.arrive);
  wenbao.beside.attend(onShow);
};
