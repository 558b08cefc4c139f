// An open page asks for news while somebody looks at it, and says once what is new.
(() => {
  // Most readers are gone before there is news, so htmx comes with the first question.
  const { htmx: address } = document.currentScript.dataset;
  const loaded = () => new Promise((done, fail) => {
    if (window.htmx) return done();
    const script = document.createElement("script");
    const known = document.querySelector(`script[src="${address}"]`);
    (known ?? script).addEventListener("load", () => setTimeout(done));
    script.addEventListener("error", () => { script.remove(); fail(); });
    if (!known) document.head.append(Object.assign(script, { src: address }));
  });
  document.addEventListener("htmx:wanted", ({ detail: then }) => loaded().then(then, () => {}));

  const live = document.getElementById("live");
  const said = document.getElementById("said");
  if (!live || !said) return;

  const part = () => document.getElementById("tracking");
  const all = (selector) => document.querySelectorAll(selector);
  const words = live.dataset;
  const [toggle, again] = live.querySelectorAll("button");
  const note = live.querySelector("span");
  const seen = new Set();
  let isOn = true;
  let isInView = true;
  let isDue = false;
  let failures = 0;
  let timer;

  const ask = () => {
    isDue = document.hidden || !isInView;
    if (!isDue) loaded().then(() => part().dispatchEvent(new Event("tick")), fail);
  };

  const fail = () => {
    failures += 1;
    show();
    wait();
  };

  const wait = () => {
    clearTimeout(timer);
    const pace = Number(part().dataset.pace) * 2 ** Math.min(failures, 4);
    live.hidden = !pace;
    if (pace && isOn) timer = setTimeout(ask, pace * (800 + 400 * Math.random()));
  };

  const look = () => {
    if (isDue && isOn) ask();
  };

  // What is new is marked, and told in one sentence.
  const learn = () => {
    const fresh = [...all("[data-reference]")].filter((scan) => !seen.has(scan.dataset.reference));
    for (const scan of fresh) seen.add(scan.dataset.reference);
    return fresh;
  };

  const tell = () => {
    const fresh = learn();
    for (const scan of fresh) scan.dataset.new = "";
    const text = (selector) => fresh[0].querySelector(selector)?.textContent.trim();
    if (fresh[0]) said.textContent = `${words.update} ${text(".sentence")}, ${text("time")}`;
  };

  const show = () => {
    toggle.textContent = isOn ? words.on : words.off;
    toggle.setAttribute("aria-pressed", isOn);
    note.textContent = failures > 2 ? words.failing : "";
    again.hidden = failures < 3;
  };

  // A frame may not be allowed to; the words to copy stand beside the button.
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    const name = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = name; }, 2000);
  };

  // Times on the reader's own clock; the words of the place's clock come back with a second click.
  const places = new Map();
  const myTime = (isMine) => {
    for (const row of all(".scan-time")) {
      const [time, zone] = [row.querySelector("time"), row.querySelector(".zone")];
      if (!places.has(row)) places.set(row, [time.textContent, zone.textContent]);
      const exact = /T.*([+-]\d\d:\d\d|Z)$/.test(time.dateTime) && isMine && new Date(time.dateTime);
      const language = document.documentElement.lang;
      const mine = exact && exact.toLocaleString(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", numberingSystem: "latn" });
      [time.textContent, zone.textContent] = mine ? [mine, words.mine] : places.get(row);
    }
  };

  const ready = () => {
    for (const button of all("[data-copy][hidden], [data-my-time][hidden]")) button.hidden = false;
    const mine = document.querySelector("[data-my-time]");
    if (mine?.getAttribute("aria-pressed") === "true") { places.clear(); myTime(true); }
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button && "myTime" in button.dataset) {
      const isMine = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", isMine);
      myTime(isMine);
    }
  });

  toggle.addEventListener("click", () => { isOn = !isOn; show(); wait(); });
  again.addEventListener("click", ask);
  document.addEventListener("visibilitychange", look);
  new IntersectionObserver(([entry]) => { isInView = entry.isIntersecting; look(); }).observe(part());

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (status === 404 || status === 410) location.reload();
    failures = status < 400 ? 0 : failures + 1;
  });
  document.addEventListener("htmx:error", () => { failures += 1; });
  document.addEventListener("htmx:after:swap", () => { tell(); ready(); });
  document.addEventListener("htmx:finally:request", () => { show(); wait(); });

  learn();
  ready();
  show();
  wait();
})();
