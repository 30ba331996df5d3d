// @ts-check
/**
 * <quiz-bot quiz="winter-coat"><a href="https://quiz.example/quiz/winter-coat">Find your coat</a></quiz-bot>
 *
 * The link stays until the frame is ready. See docs/embedding.md.
 */
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script || customElements.get("quiz-bot")) return;
  const root = script.src.replace(/(embed\/[^/]+\/)?embed\.js([?#].*)?$/, "");
  const home = new URL(root).origin;
  const EVENTS = /^quiz:(start|answer|complete|refine|select|add|consent|error)$/;
  const LONGEST = 30_000; // ms until a frame has failed
  const SILENT = 5_000; // once it is loaded
  const STILL = 100; // after a scroll: both at once are a shift
  const sheet = new CSSStyleSheet(); // strict policies pass it
  sheet.replaceSync(`div{display:contents}
div[class]{display:grid}
div[class]>*{display:block;grid-area:1/1;align-self:start}
.on slot{display:none}
iframe{display:block;width:100%;height:calc(100vh + 1rem);border:0}
:host([rail]){display:block;min-height:320px}
:host([rail]) iframe{height:320px}
:not(.on)>iframe{visibility:hidden}
dialog{box-sizing:border-box;width:46rem;max-width:100%;height:56rem;max-height:100%;padding:0;border:0;background:Canvas;color:CanvasText}
dialog iframe{height:calc(100% - 44px)}
dialog::backdrop{background:#000a}
button{display:block;height:44px;margin-inline-start:auto;padding:0 1rem;border:0;background:none;color:inherit;font:inherit}
button:focus-visible{outline:3px solid;outline-offset:-4px}`);

  class QuizBot extends HTMLElement {
    /** Only for this view: [{item, kind}, ...]. @type {object[]} */
    history = [];
    /** @type {HTMLIFrameElement | null} */ #frame = null;
    /** @type {HTMLDialogElement | null} */ #dialog = null;
    #box = document.createElement("div");
    #ready = false;
    #pressed = false;
    #height = 0;
    #timer = 0;
    #moved = 0;
    #later = 0;
    #life = new AbortController();

    constructor() {
      super();
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      shadow.append(this.#box);
      this.#box.append(document.createElement("slot"));
      this.#box.addEventListener("click", (event) => this.#press(event));
    }

    connectedCallback() {
      const { signal } = (this.#life = new AbortController());
      addEventListener("message", (event) => this.#hear(event), { signal });
      addEventListener("scroll", ({ target }) => {
        if (target !== document && !(/** @type {any} */ (target).contains(this))) return;
        this.#moved = performance.now();
        this.#fit();
      }, { signal, capture: true });
      if (!this.#text("rail") && (this.#text("loading") !== "eager" || this.#text("mode") === "dialog")) return;
      const seen = new IntersectionObserver((all) => all.some((each) => each.isIntersecting) && this.#open(), { rootMargin: "200px" });
      seen.observe(this);
      signal.onabort = () => seen.disconnect();
    }

    disconnectedCallback() {
      this.#life.abort();
      this.#close();
    }

    /** @param {string} name */
    #text(name) {
      return this.getAttribute(name) || "";
    }

    /** @param {MouseEvent} event */
    #press(event) {
      const link = /** @type {Element} */ (event.target).closest("a");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
      if (this.#text("rail") || (this.#frame && !this.#dialog)) return; // the link leads there
      event.preventDefault();
      this.#pressed = true;
      this.#open();
      this.#dialog?.showModal();
    }

    #open() {
      if (this.#frame) return;
      const frame = (this.#frame = document.createElement("iframe"));
      const rail = this.#text("rail");
      const address = new URL(`${rail ? "rail" : "quiz"}/${encodeURIComponent(rail || this.#text("quiz"))}?embed=1`, root);
      for (const name of ["lang", "product", "theme"]) {
        if (this.#text(name)) address.searchParams.set(name, this.#text(name));
      }
      frame.title = this.textContent?.trim() || "quiz";
      frame.referrerPolicy = "no-referrer";
      frame.onload = () => this.#greet(SILENT);
      frame.src = address.href;
      this.#wait(LONGEST);
      if (this.#text("mode") !== "dialog") {
        this.#box.className = "open"; // not before, so that nothing moves
        return this.#box.append(frame);
      }
      const dialog = (this.#dialog = document.createElement("dialog"));
      const close = document.createElement("button");
      dialog.ariaLabel = frame.title;
      close.textContent = "Close"; // until the frame tells
      close.onclick = () => dialog.close();
      dialog.append(close, frame);
      this.shadowRoot?.append(dialog);
    }

    #close() {
      clearTimeout(this.#timer);
      this.#box.removeAttribute("class");
      this.#dialog?.close();
      this.#dialog?.remove();
      this.#frame?.remove();
      this.#frame = this.#dialog = null;
      this.#ready = false;
      this.#height = 0;
    }

    /** @param {number} time ms */
    #wait(time) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#close();
        this.#tell("quiz:error", { quiz: this.#text("rail") || this.#text("quiz"), code: "unreachable" });
      }, time);
    }

    /** @param {number} time ms */
    #greet(time) {
      if (!this.#ready) this.#wait(time);
      this.#say({
        quizbot: "hello",
        view: this.#dialog ? 0 : this.#frame?.offsetHeight,
        pressed: this.#pressed,
        cart: this.hasAttribute("cart"),
        history: this.history,
      });
    }

    /** @param {object} message */
    #say(message) {
      this.#frame?.contentWindow?.postMessage(message, home);
    }

    /** @param {MessageEvent} event */
    #hear({ source, origin, data }) {
      if (!source || source !== this.#frame?.contentWindow || origin !== home || !data) return;
      const { quizbot: kind, name, detail, call, height, close, layer } = data;
      if (kind === "here") this.#greet(LONGEST);
      if (kind === "ready" && !this.#ready) this.#welcome(detail, close);
      if (kind === "height" && height > 0 && height < 1e5) this.#fit(height);
      if (kind === "close") this.#text("rail") ? this.remove() : this.#dialog?.close();
      if (kind === "event" && EVENTS.test(name)) this.#say({ quizbot: "decision", call, go: this.#tell(name, detail) });
      if (kind === "layer" && this.hasAttribute("data-layer")) {
        (/** @type {any} */ (window)[this.#text("data-layer") || "dataLayer"] ||= []).push(...layer);
      }
    }

    /** @param {object} detail @param {string} close */
    #welcome(detail, close) {
      clearTimeout(this.#timer);
      this.#ready = true;
      const hadFocus = this.contains(document.activeElement);
      (this.#dialog || this.#box).className = "on";
      if (this.#dialog) this.#dialog.children[0].textContent = close;
      else if (hadFocus) this.#frame?.focus({ preventScroll: true });
      this.#tell("quiz:ready", detail);
    }

    /** The frame follows its content as soon as it ends below the window before and after; until then it scrolls. */
    #fit(height = this.#height) {
      this.#height = height;
      cancelAnimationFrame(this.#later);
      this.#later = requestAnimationFrame((now) => {
        const frame = this.#frame;
        if (!height || !frame || this.#dialog) return;
        if (now < this.#moved + STILL) return this.#fit();
        const { top, bottom } = frame.getBoundingClientRect();
        if (Math.min(bottom, top + height) >= innerHeight) frame.style.height = `${height}px`;
        requestAnimationFrame(() => this.#say({ quizbot: "fitted", height }));
      });
    }

    /** @param {string} name @param {object} detail */
    #tell(name, detail) {
      const cancelable = /select|add/.test(name);
      return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
    }
  }

  customElements.define("quiz-bot", QuizBot);
})();
