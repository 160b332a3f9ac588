// The room where one looks through the archive: what is typed or chosen becomes a look that the program is
// asked for. One is on its way at a time; when it has come, the newest wish goes out if there is one.
wenbao.shelf = (element, onShow, onLook, watch) => {
  const wish = { words: "", limits: {}, order: null };
  const narrow = matchMedia("(max-width: 700px)");
  let number = 0; // of the look that was asked for last
  let asked = 0; // when; 0 when it has come
  let later = false; // something changed since
  let timer = 0;
  let plots = null; // whether the reader opened or closed them
  let focus = null; // what had the focus, as a selector

  const shelf = () => element.querySelector(".shelf");
  const field = () => element.querySelector("[data-find]");

  function look(first = 0) {
    clearTimeout(timer);
    if (asked && Date.now() - asked < 10000) return (later ||= !first);
    asked = Date.now();
    later = false;
    onLook({ ...wish, limits: { ...wish.limits }, first, number: ++number });
  }

  function type(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (field().value === wish.words) return;
      wish.words = field().value;
      wish.order = wish.order === "best" ? null : wish.order;
      look();
    }, wait);
  }

  function set(aspect, value) {
    if (aspect === "words") wish.words = field().value = value;
    else if (value) wish.limits[aspect] = value;
    else delete wish.limits[aspect];
    look();
  }

  // Two choices, of the first and the last month, make one stretch of days.
  function stretch(changed) {
    const [from, to] = ["from", "to"].map((end) => element.querySelector(`[data-limit="${end}"]`));
    if (from.value && to.value && from.value > to.value) (changed === from ? to : from).selectedIndex = changed.selectedIndex;
    set("date", from.value || to.value ? `${from.value || ".."}/${to.value || ".."}` : "");
  }

  element.addEventListener("input", (event) => {
    if (event.target === field() && !event.isComposing) type(60);
  });
  element.addEventListener("compositionend", () => type(0));
  element.addEventListener("keydown", (event) => {
    if (event.target !== field() || event.isComposing) return;
    if (event.key === "Enter") type(0);
    if (event.key !== "Escape" || !field().value) return;
    event.preventDefault();
    event.stopPropagation(); // Escape empties the field, and leaves the page beside it
    set("words", "");
  });
  element.addEventListener("change", (event) => {
    const select = event.target;
    if ("order" in select.dataset) {
      wish.order = select.value;
      look();
    } else if (/^(from|to)$/.test(select.dataset.limit)) stretch(select);
    else if (select.dataset.limit) set(select.dataset.limit, select.value);
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.set) return set(button.dataset.set, button.dataset.value);
    if (button && "clear" in button.dataset) {
      wish.limits = {};
      return look();
    }
    if (button?.dataset.more) return look(Number(button.dataset.more));
    if (event.target.closest(".plots > summary")) plots = !event.target.closest("details").open;
    wenbao.beside.follow(event, onShow);
  });
  element.addEventListener("focusin", (event) => {
    const at = event.target;
    if (at.dataset.limit) focus = `[data-limit="${at.dataset.limit}"]`;
    else focus = at.hasAttribute("aria-pressed") ? `[aria-label="${CSS.escape(at.ariaLabel)}"]` : ".count";
  });

  function settle() {
    for (const select of element.querySelectorAll("select"))
      select.value = (select.querySelector("option[selected]") ?? select.options[0]).value;
    element.querySelector(".plots")?.toggleAttribute("open", plots ?? !narrow.matches);
    if (!focus || document.activeElement !== document.body) return;
    (element.querySelector(focus) ?? element.querySelector(".count"))?.focus({ preventScroll: true });
  }

  watch("value", () => {
    settle();
    wenbao.beside.relight();
    const count = element.querySelector(".count");
    if (asked && count) wenbao.say({ text: count.textContent, lang: shelf().lang });
    arrived(Number(shelf().dataset.number));
  });

  function arrived(came) {
    if (came !== number) return;
    asked = 0;
    if (later) look();
  }

  // More of a list comes apart from it, and is put below what is shown.
  wenbao.shelf.append = (further) => {
    const came = Number(further.dataset.number);
    const rows = [...further.querySelectorAll("tr")];
    if (came === number && !later) {
      element.querySelector(".papers tbody").append(...rows);
      element.querySelector(".more").replaceWith(further.querySelector(".more"));
      rows.find((row) => row.matches(".src"))?.querySelector("a").focus({ preventScroll: true });
    }
    arrived(came);
  };

  // The room is empty until one enters it.
  const enter = () => document.body.dataset.room === "browse" && !element.querySelector(".count") && look();
  new MutationObserver(enter).observe(document.body, { attributeFilter: ["data-room"] });
  enter();
};

wenbao.further = (element, watch) =>
  watch("value", () => {
    const further = element.querySelector(".further");
    if (further?.querySelector(".more")) wenbao.shelf.append(further);
  });

// How the index is: as open in another language as it was.
wenbao.health = (element, watch) => {
  let open = false;
  element.addEventListener("click", (event) => {
    if (event.target.closest("summary")) open = !element.querySelector("details").open;
  });
  watch("value", () => element.querySelector("details").toggleAttribute("open", open));
};
