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

  const told = new Map(); // what buttons say for a while, in the place of their names

  function say(button, said) {
    const name = button.textContent;
    button.style.minWidth = `${button.getBoundingClientRect().width}px`; // as wide as its name
    button.textContent = said;
    return name;
  }

  // Tell what became of a button that was pressed.
  function tell(button, said) {
    const { name, timer } = told.get(button) ?? { name: say(button, said) };
    clearTimeout(timer);
    button.textContent = said;
    wenbao.say({ text: said, lang: button.closest("[lang]").lang });
    told.set(button, { name, said, timer: setTimeout(() => {
      button.textContent = told.get(button).name;
      button.style.minWidth = "";
      told.delete(button);
    }, 2000) });
  }

  // Drawing again gives all buttons their names, maybe in another language: they go on telling.
  wenbao.retell = () => {
    for (const [button, one] of told) one.name = say(button, one.said);
  };

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
