// The few things that only a browser can do: carry clicks to the program, open and close the sheet,
// bring a new answer or the evidence into view, open the field in which a question is corrected, and leave
// Enter to an input method that is composing.
// Loaded once; app.py hands each component to its function below. It writes no HTML.
window.wenbao ??= (() => {
  const reading = document.body.classList;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let wanted = null; // the place that was clicked and is not shown yet
  let opener = null; // what to give the focus back to

  for (const kind of ["keydown", "keypress"])
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);

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
    top(element, onSwitch) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-language]");
        if (button) onSwitch({ language: button.dataset.language });
      });
    },

    talk(element, onShow, onAsk, onCorrect, onStop, watch) {
      const opened = new Map(); // passages that the reader opened or closed; drawing again must not undo it
      let language = element.querySelector(".talk").lang;
      let last = element.querySelector(".talk").lastElementChild.id;
      let corrected = -1; // which turn is asked anew, in its place
      let draft = null; // what is being written into a field; drawing again must not lose it

      function fix(turn, open, text) {
        const [edit, line] = [turn.querySelector("[data-correct]"), turn.querySelector(".fix")];
        const field = line.querySelector("input");
        edit.setAttribute("aria-expanded", open);
        turn.querySelector(".asked").hidden = open;
        line.hidden = !open;
        draft = null;
        if (!open) return edit.focus({ preventScroll: true });
        field.value = text ?? field.defaultValue;
        draft = { turn: turn.id, text: field.value };
        field.focus({ preventScroll: text !== undefined });
        field.setSelectionRange(field.value.length, field.value.length);
      }

      function search(turn) {
        const question = turn.querySelector(".fix input").value.trim();
        if (!question) return fix(turn, false);
        draft = null;
        corrected = [...turn.parentElement.children].indexOf(turn);
        onCorrect({ number: turn.querySelector("[data-correct]").dataset.correct, question });
      }

      element.addEventListener("input", (event) => {
        if (event.target.matches(".fix input")) draft = { turn: event.target.closest(".turn").id, text: event.target.value };
      });
      element.addEventListener("keydown", (event) => {
        if (!event.target.matches(".fix input") || event.isComposing) return;
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault(); // the button that gets the focus back is not pressed by the same key
        event.stopPropagation(); // Escape closes the field, and not the page beside it
        if (event.key === "Enter") return search(event.target.closest(".turn"));
        fix(event.target.closest(".turn"), false);
      });
      element.addEventListener("click", (event) => {
        const asked = event.target.closest("[data-ask]");
        if (asked) return onAsk({ question: asked.dataset.ask || asked.textContent });
        if (event.target.closest("[data-stop]")) return onStop();
        const turn = event.target.closest(".turn");
        if (event.target.closest("[data-correct]")) return fix(turn, true);
        if (event.target.closest("[data-cancel]")) return fix(turn, false);
        if (event.target.closest("[data-search]")) return search(turn);
        const passage = event.target.closest("summary")?.parentElement;
        if (passage) opened.set(passage.closest(".src").id, !passage.open);
        const at = event.target.closest("[data-open]");
        if (!at || event.target.closest("summary")) return;
        event.preventDefault();
        if (!getSelection().isCollapsed && !event.target.closest("a")) return; // words are being copied
        opener = event.target.closest("a") ?? at.querySelector("a");
        light(at.dataset.open);
        const sheet = document.querySelector("#sheet .sheet");
        if (sheet?.dataset.key === at.dataset.open) return open(sheet);
        wanted = at.dataset.open;
        onShow({ at: wanted });
      });
      watch("value", () => {
        if (reading.contains("reading")) light(document.querySelector("#sheet .sheet").dataset.key);
        for (const [id, open] of opened) element.querySelector(`#${id} details`)?.toggleAttribute("open", open);
        const talk = element.querySelector(".talk");
        // The same turns in other words, or a sentence more in one: stay where the reader is.
        const stays = talk.lang !== language || (corrected < 0 && talk.lastElementChild?.id === last);
        language = talk.lang;
        last = talk.lastElementChild?.id;
        const turn = talk.children[corrected] ?? talk.lastElementChild;
        corrected = -1;
        const drafted = stays && draft && document.getElementById(draft.turn);
        if (drafted) fix(drafted, true, draft.text);
        if (stays || !turn) return;
        draft = null;
        if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur(); // lets the keyboard go
        turn.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
      });
    },

    sheet(element, watch) {
      element.addEventListener("click", (event) => {
        if (event.target.closest("[data-close]")) close();
      });
      watch("value", () => {
        const sheet = element.querySelector(".sheet");
        if (sheet && wanted !== null) open(sheet);
      });
    },
  };
})();
