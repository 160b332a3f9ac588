// The newspaper page beside the chat: opened by a click on whatever leads to a place, closed again.
//
// Whoever wants to follow it listens to `wenbao:at` on the document: its `detail` is the key of the place
// that is shown from now on ("turn-n" or "SOURCE@start-end"), or null when the page was closed.
wenbao.beside = (() => {
  const STEPS = { ArrowLeft: "back", "[": "back", "【": "back", ArrowRight: "on", "]": "on", "】": "on" };
  // Where an arrow key has a meaning of its own.
  const KEEPS_KEYS = "input, textarea, select, [contenteditable], [role=tab], [role=radio], [role=slider], [role=grid]";
  const reading = document.body.classList;
  const narrow = matchMedia("(max-width: 900px)"); // the page covers all else
  let wanted = null; // the place that was asked for and is not shown yet
  let opener = null; // what to give the focus back to
  let at = null; // the place that is shown
  let fetch = null; // asks the program for a page, once that can be asked
  let stepped = false; // the browser's Back button closes the page: its history has a step for that

  const shown = () => document.querySelector("#sheet .sheet");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !reading.contains("reading")) return;
    if (event.key === "Escape") {
      const contents = shown().querySelector(".contents[open]");
      if (!contents) return close();
      contents.open = false; // one Escape closes one thing
      return contents.querySelector("summary").focus();
    }
    const step = STEPS[event.key];
    if (!step || event.defaultPrevented || event.target.closest(KEEPS_KEYS)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const button = shown().querySelector(`[data-step="${step}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  document.addEventListener("click", (event) => {
    const contents = document.querySelector("#sheet .contents[open]");
    if (contents && !contents.contains(event.target)) contents.open = false;
  });
  addEventListener("popstate", () => {
    if (!stepped) return;
    stepped = false;
    close();
  });
  narrow.addEventListener("change", cover);

  // Where the page covers all else, nothing of that can be reached.
  function cover() {
    const covered = narrow.matches && reading.contains("reading");
    for (const part of document.querySelectorAll("#top .top > :not(dialog), .room")) part.inert = covered;
  }

  function light(key) {
    for (const lead of document.querySelectorAll(".src, a.cite"))
      lead.classList.toggle("on", lead.dataset.open === key);
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
    cover();
    const back = opener?.isConnected ? opener : document.querySelector(`.src[data-open="${CSS.escape(at)}"] a`);
    back?.focus({ preventScroll: true });
    opener = null;
    tell(null);
    if (!stepped) return;
    stepped = false;
    history.back();
  }

  const top = (sheet, element) =>
    element.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
  const below = (sheet) => sheet.querySelector(".bar").offsetHeight + 14; // the bar stays and covers what is above

  function open(sheet) {
    wanted = null;
    light(sheet.dataset.key); // a room may have been drawn anew since the click
    if (!reading.contains("reading") && narrow.matches) {
      // After a reload with the page open the step is there already.
      if (history.state?.wenbao !== "sheet") history.pushState({ ...history.state, wenbao: "sheet" }, "");
      stepped = true;
    }
    reading.add("reading");
    cover();
    tell(sheet.dataset.key);
    if (!document.activeElement?.closest("#sheet .steps")) sheet.focus({ preventScroll: true });
    const article = sheet.querySelector(".art.on");
    const mark = sheet.querySelector("mark.exact") ?? sheet.querySelector("mark.said");
    if (!mark) return (sheet.scrollTop = article ? top(sheet, article) - below(sheet) : 0); // an article, and no place in it
    // From the head of the article where the evidence is then in view too; else the evidence itself.
    const [from, to] = [article ? top(sheet, article) - below(sheet) : Infinity, top(sheet, mark)];
    sheet.scrollTop = to > from && to - from < sheet.clientHeight * 0.7 ? from : to - sheet.clientHeight * 0.4;
  }

  return {
    close,

    // The key of the place that is shown, or null.
    get at() {
      return at;
    },

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
      const words = !event.target.closest("a, button");
      if (words && !getSelection().isCollapsed) return; // they are being copied
      const inside = from.closest("#sheet");
      if (!inside) opener = event.target.closest("a") ?? from.querySelector("a") ?? from;
      wenbao.beside.go(from.dataset.open, ask);
      if (inside && !narrow.matches) document.querySelector(".src.on")?.scrollIntoView({ block: "nearest" });
    },

    // Go to where an article of the page begins.
    turn(number) {
      const sheet = shown();
      sheet.querySelector(".contents").open = false;
      const article = sheet.querySelector(`[data-article="${number}"]`);
      if (!article) return;
      article.focus({ preventScroll: true });
      sheet.scrollTop = top(sheet, article) - below(sheet);
    },

    // Go on reading where a text goes on, or back to where it came from.
    jump(sign) {
      const [sheet, ends] = [shown(), shown().querySelectorAll(`[data-jump="${sign.dataset.jump}"]`)];
      const other = [...ends].find((end) => end !== sign);
      if (!other) return;
      other.focus({ preventScroll: true });
      sheet.scrollTop = top(sheet, other) - sheet.clientHeight * 0.4;
    },

    // The program can be asked from now on.
    attend(ask) {
      fetch = ask;
      if (wanted !== null) fetch({ at: wanted });
    },

    // Pages may come in another order than they were asked for: the one that was asked for last counts.
    arrive() {
      const key = shown()?.dataset.key;
      if (key === wanted) return open(shown());
      if (wanted === null && at !== null && key !== at) fetch({ at }); // an older one came after it, and lies over it
    },
  };
})();

wenbao.sheet = (element, onShow, watch) => {
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) return wenbao.beside.close();
    const entry = event.target.closest("[data-to]");
    if (entry) return wenbao.beside.turn(entry.dataset.to);
    const sign = event.target.closest("[data-jump]");
    if (sign) return wenbao.beside.jump(sign);
    wenbao.beside.follow(event);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("mark[data-open]")) wenbao.beside.go(event.target.dataset.open);
  });
  watch("value", wenbao.beside.arrive);
  wenbao.beside.attend(onShow);
};
