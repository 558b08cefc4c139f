(() => {
  const home = new URL(document.currentScript.src).origin;
  const options = ["lang", "theme", "accent", "background", "show", "hide", "order", "heading-level"];

  customElements.get("parcel-tracking") || customElements.define("parcel-tracking", class extends HTMLElement {
    static observedAttributes = options;
    #root = this.attachShadow({ mode: "open" });
    #frame = document.createElement("iframe");
    #isReady;
    #timer;
    #observer = new IntersectionObserver((entries) => {
      clearTimeout(this.#timer);
      if (entries.pop().isIntersecting && !this.#isReady) this.#timer = setTimeout(() => {
        this.#root.replaceChildren(document.createElement("slot"));
        this.#tell("error", { code: "timeout" });
      }, 8000);
    });

    connectedCallback() {
      this.#frame.sandbox = "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox";
      this.#frame.allow = "clipboard-write";
      this.#frame.loading = this.#get("loading") || "lazy";
      this.#frame.height = this.#get("height") || 560;
      this.#frame.style = "display:block;border:0;width:100%";
      this.#frame.title = this.title || "Parcel tracking";
      this.#load();
      this.#root.replaceChildren(this.#frame);
      this.#observer.observe(this);
      addEventListener("message", this);
    }

    disconnectedCallback() {
      this.#isReady = false;
      removeEventListener("message", this);
    }

    attributeChangedCallback(name) {
      this.#isReady ? this.#send(name, this.#get(name)) : this.#load();
    }

    refresh() {
      this.#send("refresh");
    }

    handleEvent({ origin, source, data }) {
      if (origin !== home || source !== this.#frame.contentWindow || data?.s !== "pt" || data.v !== 1) return;
      let { type, height, detail } = data;
      if (type === "ready") {
        this.#isReady = true;
        clearTimeout(this.#timer);
        this.#frame.title = this.title || data.title;
      } else if (type === "resize" && Number.isInteger(height)) {
        height = this.#frame.height = Math.min(Math.max(height, 120), 20000);
        detail = { height };
      } else if (!/^(lookup|view|status|action|rating|error)$/.test(type)) return;
      this.#tell(type, detail);
    }

    #get(name) {
      const value = this.getAttribute(name) || "";
      return name === "lang" && /^(auto)?$/.test(value) ? document.documentElement.lang : value;
    }

    #load() {
      const token = this.#get("token") || new URL(location).searchParams.get(this.#get("token-param"));
      this.#frame.src = options.reduce(
        (url, name) => url + (this.#get(name) && `&${name}=${encodeURIComponent(this.#get(name))}`),
        `${home}/e/${this.#get("merchant")}/${token ? token + "/" : ""}?host=${location.origin}`,
      );
    }

    #send(type, detail) {
      this.#frame.contentWindow?.postMessage({ s: "pt", v: 1, type, detail }, home);
    }

    #tell(type, detail) {
      this.dispatchEvent(new CustomEvent("parcel:" + type, { bubbles: true, detail }));
    }
  });
})();
