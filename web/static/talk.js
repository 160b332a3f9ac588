// The conversation: what is asked, corrected, opened in it; a new answer is brought into view.
wenbao.talk = (element, onShow, onAsk, onCorrect, onStop, onResume, onVote, watch) => {
  const opened = new Map(); // passages that the reader opened or closed; drawing again must not undo it
  let language = element.querySelector(".talk").lang;
  let last = element.querySelector(".talk").lastElementChild.id;
  let corrected = -1; // which turn is asked anew, in its place
  let spoken = null; // the turn that a model is summing up
  let voted = null; // the button of a vote, which gets the focus back
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

  function vote(button) {
    const { vote: number, useful, reason = null } = button.dataset;
    const said = button.closest(".why")?.querySelector("input")?.value ?? "";
    voted = `[data-vote="${number}"][data-useful="${useful}"]` + (reason ? `[data-reason="${reason}"]` : "");
    onVote({ number, useful, reason, said });
  }

  element.addEventListener("input", (event) => {
    if (event.target.matches(".fix input")) draft = { turn: event.target.closest(".turn").id, text: event.target.value };
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".say input") && !event.isComposing)
      return event.target.parentElement.querySelector("button").click();
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
    const ballot = event.target.closest("[data-vote]");
    if (ballot) return vote(ballot);
    const turn = event.target.closest(".turn");
    if (event.target.closest("[data-correct]")) return fix(turn, true);
    if (event.target.closest("[data-cancel]")) return fix(turn, false);
    if (event.target.closest("[data-search]")) return search(turn);
    const passage = event.target.closest("summary")?.parentElement;
    if (passage) opened.set(passage.closest(".src").id, !passage.open);
    wenbao.beside.follow(event, onShow);
  });
  // What is new is told once, and none of what only changed its language or its place.
  function tell(turn, fresh) {
    const summing = element.querySelector(".turn:has([data-stop])")?.id ?? null;
    const done = spoken !== summing ? document.getElementById(spoken) : null;
    spoken = summing;
    const told = fresh ? turn.querySelectorAll(".span, .stated, p.said, .no p, .no small, .beyond") : done?.querySelectorAll(".sum p");
    const lines = [...(told ?? [])].map((line) => ({ text: line.innerText, lang: line.closest("[lang]").lang }));
    if (lines.length) wenbao.say(...lines.filter((line) => line.text.trim()));
  }

  wenbao.address.resume(onResume);
  watch("value", () => {
    wenbao.beside.relight();
    wenbao.retell();
    const resumed = wenbao.address.arrive();
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
    // An answer may come before the vote is noted.
    const pressed = voted && element.querySelector(`${voted}[aria-pressed="true"]`);
    if (pressed) {
      const on = pressed.closest(".turn");
      voted = null;
      pressed.focus({ preventScroll: true });
      on.querySelector(".why")?.scrollIntoView({ block: "nearest" });
      wenbao.say({ text: on.querySelector(".noted").innerText, lang: talk.lang });
    }
    tell(turn, !stays && turn);
    if (stays || !turn) return;
    draft = null;
    if (resumed && element.querySelector(".came.stale")) return scrollTo(0, 0); // it has to be seen
    if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur(); // lets the keyboard go
    // The button that was pressed is gone, or lies above: go on from the answer.
    if (document.activeElement.matches("body, #talk [data-ask]")) turn.focus({ preventScroll: true });
    turn.scrollIntoView({ block: "start", behavior: wenbao.calm.matches || resumed ? "auto" : "smooth" });
  });
};
