// Inside a shop's page: tells the page around it what it may know, and obeys that page alone.
(() => {
  const root = document.documentElement;
  const main = document.getElementById("main");
  const { host } = root.dataset;
  if (!host || parent === window) return;

  const tell = (type, detail, more) => parent.postMessage({ s: "pt", v: 1, type, detail, ...more }, host);
  const one = (selector) => main.querySelector(selector);
  const code = () => one("#status")?.dataset.code;

  let height = 0;
  new ResizeObserver(() => {
    const now = Math.ceil(main.getBoundingClientRect().height);
    if (Math.abs(now - height) < 2) return;
    height = now;
    tell("resize", undefined, { height });
  }).observe(main);

  let known = code();
  const look = () => {
    const now = code();
    if (now !== known) tell("status", { from: known, to: now });
    known = now;
  };

  // The whole page in another language; htmx keeps what is open and where the reader is.
  const renew = (lang) => {
    const url = new URL(location);
    if (lang) url.searchParams.set("lang", lang);
    history.replaceState(null, "", url);
    const renewed = { target: main, select: "#main", swap: "outerMorph" };
    const then = () => htmx.ajax("GET", url.pathname + url.search, renewed);
    document.dispatchEvent(new CustomEvent("htmx:wanted", { detail: then }));
  };

  const orders = {
    lang: (lang) => { if (typeof lang === "string") renew(lang); },
    theme: (theme) => { root.dataset.theme = ["light", "dark"].includes(theme) ? theme : "auto"; },
    refresh: () => renew(),
  };

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== host || data?.s !== "pt" || data.v !== 1) return;
    if (Object.hasOwn(orders, data.type)) orders[data.type](data.detail);
  });

  document.addEventListener("htmx:after:swap", () => {
    root.lang = main.lang;
    root.dir = main.dir;
    look();
  });
  document.addEventListener("htmx:error", () => tell("error", { code: "network" }));
  document.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-action]")?.dataset.action;
    if (name) tell("action", { name });
  });

  // Browsers keep `autofocus` from frames of another site.
  one("[role=alert]")?.focus();

  tell("ready", { version: 1 }, { title: document.title });
  // What a form brought about stands behind the # of the page it led to.
  const { error, lookup } = main.dataset;
  const [, done, stars] = /^#(found|rated)(?:-(\d))?$/.exec(location.hash) || [];
  const result = done === "found" ? done : lookup;
  if (result) tell("lookup", { result });
  if (stars) tell("rating", { stars: Number(stars) });
  if (error) tell("error", { code: error });
  if (known) {
    const stage = one("[aria-current=step]")?.dataset.step;
    tell("view", { status: known, stage, parcels: 1 + main.querySelectorAll(".parcel").length });
  }
})();
