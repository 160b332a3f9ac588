// What is taken along: text copied by any button that holds it in data-copy, the conversation as a file.
(() => {
  // Only a secure page has a clipboard: over http in a local network there is none, and the old way is left.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {}
    const field = document.createElement("textarea");
    const from = document.activeElement;
    field.value = text;
    field.className = "unseen";
    field.readOnly = true; // no keyboard comes up
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    from?.focus({ preventScroll: true });
    return done;
  }

  // Say for a while, in the place of its name and as wide, what became of a button.
  function tell(button, said) {
    button.style.minWidth = `${button.getBoundingClientRect().width}px`;
    button.dataset.name ??= button.textContent;
    button.textContent = said;
    wenbao.say({ text: said, lang: button.closest("[lang]").lang });
    clearTimeout(button.telling);
    button.telling = setTimeout(() => {
      button.textContent = button.dataset.name;
      button.style.minWidth = "";
    }, 2000);
  }

  function save(title) {
    const answers = [...document.querySelectorAll("#talk .keep [data-copy]")].map((one) => one.dataset.copy);
    const text = [`# ${title}\n`, ...answers].join("\n");
    const [day] = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().split("T");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    link.download = `${title}-${day}.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  // First of all listeners: a card that holds such a button does not open its page as well.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-link], [data-export], [data-anew]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { copy: text, link, export: title } = button.dataset;
    if (title) return save(title);
    if ("anew" in button.dataset) return wenbao.address.leave();
    const done = await copy(text ?? location.origin + location.pathname + link);
    tell(button, done ? button.dataset.done : button.dataset.failed);
  }, true);
})();
