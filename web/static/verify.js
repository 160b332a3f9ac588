// The room where a quotation is checked: Ctrl or Cmd and Enter check it, a place opens on its page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
  if (!event.target.closest?.("#quote-box")) return;
  event.preventDefault();
  document.querySelector("#quote-send").click();
});

wenbao.verify = (element, onShow, watch) => {
  let language = element.querySelector(".checked").lang;
  element.addEventListener("click", (event) => wenbao.beside.follow(event, onShow));
  watch("value", () => {
    wenbao.beside.relight();
    const checked = element.querySelector(".checked");
    const translated = checked.lang !== language; // the same result in other words: stay where the reader is
    language = checked.lang;
    if (translated || !checked.firstElementChild) return;
    if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur(); // lets the keyboard go
    // On a phone the result is below the field and may be out of sight.
    checked.scrollIntoView({ block: "nearest", behavior: wenbao.calm.matches ? "auto" : "smooth" });
  });
};
