// On the page that asks for the password, which is Gradio's and has none of the other files here: what it leaves out
// for those who do not see it. Its main part, its heading, what the fields are for; and a wrong password is told.
addEventListener("DOMContentLoaded", () => {
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  document.body.append(status); // before it says anything

  const dress = () => {
    const heading = document.querySelector(".main h2");
    if (!heading) return;
    heading.setAttribute("aria-level", "1");
    heading.closest(".main").setAttribute("role", "main");
    for (const field of document.querySelectorAll(".main input"))
      field.autocomplete = field.type === "password" ? "current-password" : "username";
    const wrong = document.querySelector(".creds")?.textContent ?? "";
    if (status.textContent !== wrong) status.textContent = wrong;
  };
  new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
  // Who was wrong before is told again, though what stands there stays as it is.
  new PerformanceObserver((tried) => {
    if (!tried.getEntries().some(({ name }) => name.endsWith("/login"))) return;
    status.textContent = "";
    setTimeout(dress, 50);
  }).observe({ type: "resource" });
});
