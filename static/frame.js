// @ts-check
/**
 * What the page says to the page around it, when it stands in a frame: only to an origin that the shop allows, and
 * nothing that was answered. What there is to say, the server writes into <main> as `data-told`.
 *
 * Pages pin the loader that they speak through (static/loaders holds every one): messages may gain fields and kinds,
 * but none is taken away, and none is waited for that an earlier loader does not send.
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const allowed = (script.dataset.origins || "").split(" ");
  const PATIENCE = 400; // ms in which the page around may answer
  const FOLLOWING = 1000; // ms in which a step stays in view while the frame grows
  let shop = ""; // the origin that greeted
  let view = 0; // height in pixels of what the shopper sees of the shop's page; 0 in a dialog
  let takesOrders = false;
  let started = false;
  let completed = false;
  let shownAt = 0;
  let asked = 0; // the frame's height in pixels
  let waiting = 0;
  let history = "";
  let calls = 0;
  /** @type {Map<number, (go: boolean) => void>} */
  const open = new Map();
  /** @type {{step: string, question: string, position: number, purposes: FormDataEntryValue[]} | null} */
  let sent = null;
  /** @type {HTMLElement | null} */
  let target = null;

  if (parent === window) return;

  /** @param {object} message */
  function say(message) {
    if (shop) parent.postMessage(message, shop);
  }

  /**
   * @param {string} name
   * @param {object} [detail]
   * @param {(go: boolean) => void} [decided] whether the shop lets it go on
   */
  function tell(name, detail = {}, decided) {
    if (decided && shop) {
      open.set((calls += 1), decided);
      const call = calls;
      setTimeout(() => settle(call, true), PATIENCE);
    }
    say({ quizbot: "event", name: `quiz:${name}`, detail: { quiz: told().quiz, ...detail }, call: decided && calls });
    if (decided && !shop) decided(true);
  }

  /**
   * What the shop's data layer is given, where the shop asks for it: GA4's names, and nothing that was answered.
   * @param {string} event
   * @param {object} [ecommerce]
   */
  function measure(event, ecommerce) {
    const { quiz, title } = told();
    const list = { item_list_id: `quiz_${quiz}`, item_list_name: title };
    const layer = ecommerce ? [{ ecommerce: null }, { event, ecommerce: { ...list, ...ecommerce } }] : [{ event, quiz_id: quiz }];
    say({ quizbot: "layer", layer });
  }

  /** @param {any[]} items */
  function goods(items) {
    const { quiz } = told();
    return items.map(({ item, title, position, price, variant }) => ({
      item_id: item, item_name: title, index: position - 1, price, item_list_id: `quiz_${quiz}`,
      ...(variant && { item_variant: variant }),
    }));
  }

  /**
   * @param {number} call
   * @param {boolean} go
   */
  function settle(call, go) {
    const decided = open.get(call);
    open.delete(call);
    decided?.(go);
  }

  function main() {
    return /** @type {HTMLElement} */ (document.querySelector("main"));
  }

  function told() {
    return JSON.parse(main().dataset.told || "{}");
  }

  // Greeting ------------------------------------------------------------------------------------------

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || !allowed.includes(origin) || (shop && origin !== shop)) return;
    if (data?.quizbot === "hello") greet(origin, data);
    if (data?.quizbot === "decision" && open.has(data.call)) settle(data.call, data.go === true);
    if (data?.quizbot === "fitted" && data.height === asked && waiting) reveal();
  });

  /**
   * @param {string} origin
   * @param {{view: unknown, pressed: unknown, cart: unknown, history: unknown}} hello
   */
  function greet(origin, hello) {
    if (shop) return;
    shop = origin;
    view = typeof hello.view === "number" && hello.view > 0 && hello.view < 10_000 ? hello.view : 0;
    takesOrders = hello.cart === true;
    history = Array.isArray(hello.history) && hello.history.length ? JSON.stringify(hello.history) : "";
    const { quiz, version } = told();
    say({ quizbot: "ready", close: script.dataset.close, detail: { quiz, version } });
    if (hello.pressed === true) start();
    dress();
    if (view) new ResizeObserver(fit).observe(document.documentElement);
    if (told().items && !told().rail) complete();
  }

  const above = location.ancestorOrigins?.[0];
  if (allowed.includes(above)) parent.postMessage({ quizbot: "here" }, above); // so that nobody waits for pictures

  // Steps ---------------------------------------------------------------------------------------------

  function start() {
    if (started) return;
    started = true;
    tell("start");
    measure("quiz_start");
  }

  function complete() {
    const { version, items } = told();
    completed = true;
    tell("complete", { version, items });
    measure("quiz_complete");
    measure("view_item_list", { items: goods(items) });
  }

  document.addEventListener("formdata", ({ formData }) => history && formData.set("history", history));

  addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const said = new FormData(form, event.submitter);
    const step = String(said.get("step") || "");
    sent = { step, question: String(said.get("question")), position: told().position, purposes: said.getAll("purposes") };
    start();
  }, { capture: true });

  document.addEventListener("quizbot:shown", (event) => {
    target = /** @type {HTMLElement} */ (event.target);
    shownAt = performance.now();
    dress();
    report();
    if (shop && view) {
      event.preventDefault();
      follow();
    }
  });

  function report() {
    const { items } = told();
    if (!sent || main().querySelector(".mistake")) return;
    const { step, question, position, purposes } = sent;
    sent = null;
    if (step === "restart") completed = false;
    if (step === "next") tell("answer", { question, position });
    if (step === "consent") tell("consent", { purposes });
    if (step === "consent" && purposes.includes("email")) measure("generate_lead");
    if (step === "consent" || step === "refuse" || !items) return;
    if (!completed) return complete();
    tell("refine", { items });
    measure("quiz_refine");
    measure("view_item_list", { items: goods(items) });
  }

  const trouble = document.querySelector("#trouble"); // a rail has none
  if (trouble) new MutationObserver(() => {
    const kind = document.querySelector("#trouble:not([hidden]) p:not([hidden])")?.getAttribute("data-kind");
    if (kind) tell("error", { code: kind });
  }).observe(trouble, { attributes: true });

  // Height --------------------------------------------------------------------------------------------

  /**
   * Below each step lies at least a window, so that nothing of the shop moves. The frame grows before the page around
   * it scrolls: both at once would be a shift.
   */
  function follow() {
    if (!target) return;
    main().style.minHeight = `${Math.ceil(place(target) - place(main()) + view)}px`;
    fit();
    waiting ||= setTimeout(reveal, PATIENCE);
  }

  function reveal() {
    clearTimeout(waiting);
    waiting = 0;
    if (performance.now() < shownAt + FOLLOWING) target?.scrollIntoView();
  }

  /** @param {HTMLElement} element */
  function place(element) {
    return element.getBoundingClientRect().top + scrollY;
  }

  /** Never less than a window: it could not grow again without moving what is below. */
  function fit() {
    const { height } = document.documentElement.getBoundingClientRect();
    asked = Math.max(Math.ceil(height) + 1, view); // a pixel for rounding
    say({ quizbot: "height", height: asked });
  }

  addEventListener("resize", () => view && reveal());

  // Products ------------------------------------------------------------------------------------------

  /** Buttons for the cart are there where the shop takes what they add. */
  function dress() {
    const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-add]"));
    for (const each of buttons) each.hidden = !takesOrders;
  }

  /** @param {Element | null} element what names an item */
  function item(element) {
    const id = element?.getAttribute("data-item");
    const { items = [], routine = [] } = told();
    return [...items, ...routine].find((/** @type {{item: string}} */ each) => each.item === id);
  }

  document.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (pressed.closest("button[data-add]"));
    if (shop && pressed.closest("[data-close]")) {
      event.preventDefault();
      say({ quizbot: "close" });
    }
    const all = document.querySelectorAll(".routine button[data-item]");
    if (button) add(button, (button.dataset.item ? [button] : [...all]).map(item));
    const link = /** @type {HTMLAnchorElement | null} */ (pressed.closest("a[data-item]"));
    const found = item(link);
    if (!link || !shop || !found || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !event.isTrusted) return;
    event.preventDefault();
    if (told().rail) keep("view", found.item); // elsewhere, the page's own script does
    measure("select_item", { items: goods([found]) });
    tell("select", { ...found, url: link.href }, (go) => go && link.click());
  });

  /**
   * Each item is offered to the shop by itself: it may cancel one of a routine.
   * @param {HTMLButtonElement} button
   * @param {any[]} items
   */
  function add(button, items) {
    let left = items.length;
    for (const each of items) {
      const { item: id, variant, title, price, currency } = each;
      tell("add", { item: id, variant, title, price, currency }, (go) => {
        if (!go) return;
        keep("cart", id);
        measure("add_to_cart", { currency, value: price, items: goods([each]).map((one) => ({ ...one, quantity: 1 })) });
        left -= 1;
        if (!left) added(button);
      });
    }
  }

  /**
   * Note what was done with a product, on the pages of those who agreed to it.
   * @param {string} kind
   * @param {string} item
   */
  function keep(kind, item) {
    const { keeps } = main().dataset;
    if (keeps) navigator.sendBeacon(keeps, new URLSearchParams({ kind, item }));
  }

  /** @param {HTMLButtonElement} button */
  function added(button) {
    button.textContent = button.dataset.add || "";
    const status = document.querySelector("#status");
    if (status) status.textContent = button.textContent;
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !told().rail) say({ quizbot: "close" });
  });
})();
