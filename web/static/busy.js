// Many ask at the same time: what the program has no room for yet is asked again after a while, and a calm line
// says so. It is Gradio's own request that is sent again; when it is in vain to the last, Gradio gets to know.
wenbao.patience = [500, 1000, 2000, 4000, 8000]; // milliseconds, and up to half as much by chance

wenbao.wait = (what) => {
  const line = document.querySelector("#top .waiting");
  if (line) line.textContent = what ? line.dataset[what] : "";
  document.body.classList.toggle("busy", what === "busy");
};

(() => {
  const send = window.fetch;
  let waiting = 0, ended = null;

  window.fetch = async (...request) => {
    let reply = await send(...request);
    if (!/\/queue\/join(\?|$)/.test(request[0]) || ![429, 503].includes(reply.status)) return reply;
    clearTimeout(ended);
    waiting++;
    for (const pause of wenbao.patience) {
      wenbao.wait("waiting");
      await new Promise((go) => setTimeout(go, pause * (1 + Math.random() / 2)));
      reply = await send(...request);
      if (![429, 503].includes(reply.status)) break;
    }
    if (--waiting) return reply;
    wenbao.wait(reply.ok ? null : "busy");
    if (!reply.ok) ended = setTimeout(() => wenbao.wait(null), 10000);
    return reply;
  };
})();
