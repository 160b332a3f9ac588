// The address of the page holds the conversation (as the server writes it) and the place that is open beside, so
// that a reload, or whoever is sent the address, finds both again. What else is in the address stays.
wenbao.address = (() => {
  const own = ["q", "a", "at", "index", "left"];
  const came = new URLSearchParams(location.search);
  const root = document.documentElement;
  let at = null; // what is open beside
  let waits = location.search.length < 16_000 && ["q", "a"].some((key) => came.getAll(key).some((q) => q.trim()));

  root.classList.toggle("resuming", waits); // no examples before the conversation that is to come
  setTimeout(() => root.classList.remove("resuming"), 8000); // whatever happens

  const turn = (selector) => document.querySelector(`#talk .turn${selector}`);

  // A place as the address names it: its turn by where it stands there, for numbers begin anew with a reload.
  function place() {
    const [, number, n] = at?.match(/^(\d+)-(\d+)$/) ?? [];
    if (!number) return at?.length < 400 ? at : null;
    const there = turn(`#t${number}`)?.dataset.place;
    return there ? `${there}-${n}` : null;
  }

  function write() {
    if (waits) return;
    const others = new URLSearchParams(location.search);
    for (const key of own) others.delete(key);
    const held = document.querySelector("#talk .talk")?.dataset.address.slice(1);
    const shown = place();
    const parts = [others.toString(), held, shown && `at=${encodeURIComponent(shown)}`].filter(Boolean);
    const address = location.pathname + (parts.length ? `?${parts.join("&")}` : "") + location.hash;
    if (address !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", address);
  }

  function open() {
    const [, there, n] = came.get("at")?.match(/^(\d{1,4})-(\d{1,4})$/) ?? [];
    const key = there ? turn(`[data-place="${there}"]`)?.id.slice(1) + `-${n}` : came.get("at");
    if (there ? turn(`[data-place="${there}"]`) : key?.includes("@")) wenbao.beside.go(key);
  }

  document.addEventListener("wenbao:at", (event) => {
    at = event.detail;
    write();
  });

  return {
    // Ask for the conversation that the address holds, once the page speaks the visitor's language.
    resume(ask) {
      if (root.classList.contains("settling")) return setTimeout(() => wenbao.address.resume(ask), 20);
      waits ? ask({ address: location.search }) : open();
    },

    // The conversation was drawn anew. Tell whether it is the one that the page was waiting for.
    arrive() {
      // A turn that says only that one has to wait is not it: the address stays, for the next try.
      const resumed = waits && turn("[data-place]") !== null;
      if (turn("")) root.classList.remove("resuming");
      if (resumed) waits = false;
      if (resumed) open();
      write();
      return resumed;
    },

    // Leave the conversation for an empty page; the way back in the browser leads to it again.
    leave() {
      const others = new URLSearchParams(location.search);
      for (const key of own) others.delete(key);
      location.assign(location.pathname + (others.size ? `?${others}` : ""));
    },
  };
})();
