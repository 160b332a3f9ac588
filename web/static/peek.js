// What a marker [n] stands for, shown beside it while the mouse or the focus is on it: a copy of its card,
// which is in the page already. Touch has no such thing as being on a marker: there it only opens.
(() => {
  const peek = document.createElement("div");
  peek.id = "peek";
  peek.role = "tooltip";
  peek.hidden = true;
  let marker = null; // what it is shown for
  let tabbed = false; // the focus came by the Tab key: not back from a page that was closed
  let timer = 0;
  let mouse = ""; // where it was last

  function hide() {
    clearTimeout(timer);
    marker?.removeAttribute("aria-describedby");
    marker = null;
    peek.hidden = true;
  }

  // Where the sentence stands that the marker ends: no part of it is to be hidden. [1][2] end one together.
  function sentence(cite) {
    let first = cite;
    while (first.previousSibling?.matches?.("a.cite")) first = first.previousSibling;
    const before = [...cite.parentElement.querySelectorAll("a.cite")];
    const end = before[before.indexOf(first) - 1];
    const stretch = document.createRange();
    stretch.selectNodeContents(cite.parentElement);
    stretch.setEndAfter(cite);
    if (end) stretch.setStartAfter(end);
    return stretch.getBoundingClientRect();
  }

  function place(cite) {
    const [gap, at, kept] = [8, cite.getBoundingClientRect(), sentence(cite)];
    const room = { above: kept.top - 2 * gap, below: innerHeight - kept.bottom - 2 * gap };
    peek.style.maxHeight = "";
    const below = room.below >= Math.min(peek.offsetHeight, Math.max(room.above, 180));
    peek.style.maxHeight = `${Math.max(below ? room.below : room.above, 96)}px`;
    const left = Math.min(Math.max(at.left - 40, gap), document.documentElement.clientWidth - peek.offsetWidth - gap);
    peek.style.left = `${left}px`;
    peek.style.top = `${below ? kept.bottom + gap : Math.max(kept.top - gap - peek.offsetHeight, gap)}px`;
  }

  function show(cite) {
    hide();
    const card = document.getElementById(`s${cite.dataset.open}`);
    if (!card || !cite.isConnected || wenbao.beside.at === cite.dataset.open) return;
    const parts = card.querySelectorAll("h3, .meta, blockquote");
    peek.replaceChildren(...[...parts].map((part) => part.cloneNode(true)));
    for (const link of peek.querySelectorAll("a")) link.removeAttribute("href"); // the Tab key passes it by
    peek.lang = card.closest("[lang]").lang;
    peek.dataset.open = cite.dataset.open;
    if (!peek.isConnected) document.querySelector("main").append(peek); // outside of what Gradio draws anew
    peek.hidden = false;
    marker = cite;
    marker.setAttribute("aria-describedby", "peek");
    place(cite);
    const [quote, mark] = [peek.querySelector("blockquote"), peek.querySelector("mark")];
    // From the line before the mark on. It is a glimpse, which the Tab key could not scroll: so nobody can.
    if (quote && mark) quote.scrollTop = mark.offsetTop - Number.parseFloat(getComputedStyle(quote).lineHeight);
  }

  function soon(wait, what, ...given) {
    clearTimeout(timer);
    timer = setTimeout(what, wait, ...given);
  }

  document.addEventListener("pointerover", (event) => {
    // What comes to lie under a mouse that did not move was not pointed at.
    if (event.pointerType !== "mouse" || mouse === `${event.clientX} ${event.clientY}`) return;
    const cite = event.target.closest?.("#talk a.cite");
    if (cite && cite !== marker) return soon(160, show, cite);
    if (cite || peek.contains(event.target)) return clearTimeout(timer); // the mouse may go over to it
    soon(marker ? 220 : 0, hide);
  });
  document.addEventListener("pointermove", (event) => (mouse = `${event.clientX} ${event.clientY}`));
  document.addEventListener("focusin", (event) => {
    if (tabbed && event.target.matches("#talk a.cite")) return show(event.target);
    if (marker) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === marker) hide();
  });
  document.addEventListener("keydown", (event) => {
    tabbed = event.key === "Tab";
    if (event.key !== "Escape" || peek.hidden) return;
    event.stopImmediatePropagation(); // one Escape closes one thing
    hide();
  }, true);
  document.addEventListener("pointerdown", (event) => {
    tabbed = false;
    if (!peek.contains(event.target)) hide();
  }, true);
  document.addEventListener("scroll", (event) => {
    if (!marker || peek.contains(event.target)) return;
    // A marker that the Tab key went to may have been scrolled into view for that; one under the mouse has gone.
    if (marker === document.activeElement && tabbed) place(marker);
    else hide();
  }, true);
  document.addEventListener("wenbao:at", hide);
  addEventListener("resize", hide);
  peek.addEventListener("click", () => {
    if (!getSelection().isCollapsed) return; // words are being copied
    const cite = marker;
    hide();
    cite?.click();
  });
})();
