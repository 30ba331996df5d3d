// @ts-check
/**
 * The conversation without a page load for each step: the same forms, and what the server renders for them.
 *
 * Nothing is stored, in the browser's history neither, which it writes to its disk. What was shown stays in memory, and
 * the page itself does when a product is followed, so that the browser's own Back leads to it. The browser itself parses
 * each reply (`responseType`), so no text becomes markup here, and a policy may require Trusted Types.
 */
(() => {
  const SLOW = 300; // milliseconds until waiting is shown
  const FRAGMENT = "#said="; // what a shared link holds behind this, no server sees
  const CODES = /** @type {Record<string, string>} */ ({ "+": "-", "/": "_", "=": "" });
  const SETTLING = 500; // milliseconds in which a habitual Continue after a tap goes nowhere
  const LONGEST = 20_000; // milliseconds until a step counts as failed

  /** @typedef {{life: number, at: number}} Place */

  const status = find("#status");
  const trouble = find("#trouble");
  const life = performance.timeOrigin; // places of an earlier life of this page lead nowhere
  const shown = [find("main")];
  let at = 0;
  let tapped = false;
  let settled = 0; // when a press of Continue means the question on the page again
  /** @type {XMLHttpRequest | null} */
  let asking = null;
  /** @type {() => void} */
  let again = () => {};

  /**
   * @param {string} selector
   * @param {ParentNode} [within]
   */
  function find(selector, within = document) {
    return /** @type {HTMLElement} */ (within.querySelector(selector));
  }

  /** @param {string} text */
  function speak(text) {
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = text)); // the same words are spoken again
  }

  function state() {
    return find("main [name=state]")?.getAttribute("value") || "";
  }

  // Sending -------------------------------------------------------------------------------------------

  /**
   * @param {URLSearchParams} said
   * @param {string} action
   * @param {boolean} [replaces] whether the reply takes the place of what is shown
   */
  function send(said, action, replaces = false) {
    if (asking) return; // a second press sends nothing
    const request = new XMLHttpRequest();
    asking = request;
    again = () => send(said, action, replaces);
    trouble.hidden = true;
    const slow = setTimeout(() => wait(true), SLOW);
    request.open("POST", action);
    request.responseType = "document";
    request.timeout = LONGEST;
    request.setRequestHeader("X-Requested-With", "quizbot");
    request.onloadend = () => {
      clearTimeout(slow);
      wait(false);
      if (asking !== request) return;
      asking = null;
      const next = /^(200|503)$/.test(String(request.status)) && request.responseXML?.querySelector("main[data-title]");
      if (next) arrive(next, replaces);
      else fail(request.status);
    };
    request.send(said);
  }

  /** @param {boolean} waits */
  function wait(waits) {
    document.body.classList.toggle("waiting", waits);
    find("main").setAttribute("aria-busy", String(waits));
    if (waits) speak(status.dataset.wait || "");
  }

  /** @param {number} code HTTP status; 0 when nothing came */
  function fail(code) {
    const kind = code ? (code === 429 ? "busy" : "failed") : "offline";
    for (const each of trouble.querySelectorAll("p")) each.hidden = each.dataset.kind !== kind;
    trouble.hidden = false;
  }

  // Showing -------------------------------------------------------------------------------------------

  /**
   * @param {HTMLElement} next
   * @param {boolean} replaces
   */
  function arrive(next, replaces) {
    if (!replaces && !find(".mistake", next)) {
      at += 1;
      history.pushState({ life, at }, "", location.pathname + location.search);
    }
    shown.length = at;
    shown.push(next);
    const below = find(".colophon", next.ownerDocument);
    if (below) find(".colophon").replaceWith(below);
    show(next);
  }

  /** @param {HTMLElement} next */
  function show(next) {
    find("[autofocus]", next)?.removeAttribute("autofocus"); // one element of a page's life may have it
    trouble.hidden = true;
    find("main").replaceWith(next);
    document.title = next.dataset.title || document.title;
    settled = tapped ? performance.now() + SETTLING : 0;
    tapped = false;
    revive(next);
    const target = find("#now", next) || find("fieldset .place, fieldset :is(input, textarea):not([type=hidden])", next);
    target.focus({ preventScroll: true });
    const top = find(".question", next) && find(".thread li:last-child .says", next); // so that the reply is read
    const shows = top || find(".where", next) || target.closest("section") || target;
    const told = new CustomEvent("quizbot:shown", { bubbles: true, cancelable: true });
    if (shows.dispatchEvent(told)) shows.scrollIntoView(); // in a frame, the page around it comes into play
    if (!find(".mistake", next)) speak(next.dataset.status || ""); // a mistake is spoken with its field
  }

  addEventListener("popstate", (event) => {
    const place = /** @type {Place | null} */ (event.state);
    const next = place?.life === life && shown[place.at];
    if (!next || next === find("main")) return;
    asking?.abort();
    asking = null;
    const latest = state();
    at = place.at;
    if (find(".question", next)) {
      for (const each of next.querySelectorAll("[name=state]")) each.setAttribute("value", latest); // keep later answers
    }
    show(next);
  });

  // Hearing -------------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("main form:not(.away)") || form.method !== "post") return;
    event.preventDefault();
    const goesOn = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "next";
    if (goesOn && performance.now() < settled) return; // meant for the question that a tap has just answered
    const said = /** @type {[string, string][]} */ ([...new FormData(form, event.submitter)]);
    send(new URLSearchParams(said), form.action);
  });

  /**
   * Tell the server what was done with a product, on the pages of those who agreed that it is kept.
   * @param {string} kind
   * @param {string} item
   */
  function note(kind, item) {
    const { keeps } = find("main").dataset;
    const position = [...document.querySelectorAll("main a[data-item]")].findIndex((each) => each.getAttribute("data-item") === item);
    if (keeps) navigator.sendBeacon(keeps, new URLSearchParams({ kind, item, position: String(position + 1) }));
  }

  document.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target);
    if (pressed.closest("#trouble button")) again();
    // A key that chooses has no pointer, so it never goes on; and nothing does while there is no way back.
    const byPointer = event instanceof PointerEvent && event.pointerType !== "";
    const form = pressed.closest("form");
    if (byPointer && form && pressed.closest(".single .option") && find(".back", form)) {
      tapped = true;
      setTimeout(() => form.requestSubmit(find("[value=next]", form))); // when the choice is made
    }
    const link = pressed.closest("main a[href]");
    const item = link?.getAttribute("data-item");
    if (item && event.isTrusted) note("view", item);
  });

  // Controls that a script makes pleasant ---------------------------------------------------------------

  /** @param {HTMLElement} main */
  function revive(main) {
    if (main.dataset.alive) return;
    main.dataset.alive = "yes";
    const ranks = find(".ranks", main);
    const slider = /** @type {HTMLInputElement | null} */ (find(".slider", main));
    if (ranks) rank(ranks);
    const sharing = find(".share", main);
    if (sharing) share(sharing);
    if (slider) slide(slider, /** @type {HTMLInputElement} */ (find("#amount", main)));
  }

  /** @param {HTMLElement} section */
  function share(section) {
    const field = /** @type {HTMLInputElement} */ (find("input", section));
    const button = find("button", section);
    const language = new URLSearchParams(location.search).get("lang");
    const query = language ? `?${new URLSearchParams({ lang: language })}` : "";
    field.value = location.origin + location.pathname + query + FRAGMENT + coded(state());
    section.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard?.writeText(field.value).catch(() => document.execCommand("copy"));
      speak(button.dataset.done || "");
    });
  }

  /** @param {string} text */
  function coded(text) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(text))).replace(/[+/=]/g, (each) => CODES[each]);
  }

  /** @param {string} code */
  function decoded(code) {
    const bytes = atob(code.replace(/-/g, "+").replace(/_/g, "/"));
    return new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));
  }

  /**
   * Slider and field say the same; only the field is sent, and it stays empty until one of them is touched.
   * @param {HTMLInputElement} slider
   * @param {HTMLInputElement} field
   */
  function slide(slider, field) {
    const follow = () => {
      slider.value = field.value;
      slider.classList.toggle("untouched", !field.value);
    };
    slider.hidden = false;
    follow();
    field.addEventListener("input", follow);
    slider.addEventListener("input", () => {
      field.value = slider.value;
      slider.classList.remove("untouched");
    });
  }

  /**
   * Rows are ranked by pressing them in order, moved by their buttons, or dragged; the selects keep what is sent.
   * @param {HTMLElement} list
   */
  function rank(list) {
    const rows = /** @type {HTMLElement[]} */ ([...list.children]);
    const select = (/** @type {HTMLElement} */ row) => /** @type {HTMLSelectElement} */ (find("select", row));
    const ranked = rows.filter((row) => select(row).value);
    let order = ranked.sort((one, other) => Number(select(one).value) - Number(select(other).value));

    function draw() {
      for (const row of rows) {
        const place = order.indexOf(row) + 1;
        const button = find(".place", row);
        select(row).value = place ? String(place) : "";
        button.textContent = place ? String(place) : "";
        button.setAttribute("aria-pressed", String(place > 0));
        row.classList.toggle("ranked", place > 0);
      }
    }

    /** @param {HTMLElement[]} next */
    function put(next) {
      const focused = /** @type {HTMLElement} */ (document.activeElement);
      order = next;
      draw();
      list.append(...order, ...rows.filter((row) => !order.includes(row)));
      focused.focus(); // a moved element loses it
    }

    /**
     * @param {HTMLElement} row
     * @param {number} place from 0
     */
    function move(row, place) {
      const rest = order.filter((each) => each !== row);
      rest.splice(Math.max(place, 0), 0, row);
      put(rest);
    }

    list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
      const row = button?.closest("li");
      if (!button || !row) return;
      const place = order.indexOf(row);
      if (button.dataset.move) move(row, place + Number(button.dataset.move));
      else if (place < 0) move(row, order.length);
      else put(order.filter((each) => each !== row));
      speak(`${find(".words", row).textContent}: ${select(row).selectedOptions[0].text}`);
    });

    list.addEventListener("pointerdown", (event) => {
      const row = /** @type {Element} */ (event.target).closest(".grip")?.closest("li");
      if (!row) return;
      event.preventDefault();
      list.setPointerCapture(event.pointerId);
      list.onpointermove = ({ clientY }) => {
        const middle = (/** @type {Element} */ each) => each.getBoundingClientRect().top + each.clientHeight / 2;
        const place = order.filter((each) => each !== row && middle(each) < clientY).length;
        if (place !== order.indexOf(row)) move(row, place);
      };
      list.onlostpointercapture = () => (list.onpointermove = null);
    });

    for (const row of rows) {
      const button = find(".place", row);
      const mistake = select(row).getAttribute("aria-describedby");
      if (mistake) button.setAttribute("aria-describedby", mistake);
      select(row).hidden = true;
      find("label", row).setAttribute("for", button.id);
      for (const each of row.querySelectorAll("[hidden]:not(select)")) each.removeAttribute("hidden");
    }
    list.classList.add("alive");
    put(order);
  }

  // Beginning -------------------------------------------------------------------------------------------

  addEventListener("hashchange", open);
  history.replaceState({ life, at }, "");
  revive(shown[0]);
  open();

  /** Show what a shared link holds. */
  function open() {
    if (!location.hash.startsWith(FRAGMENT)) return;
    try {
      resume(decoded(location.hash.slice(FRAGMENT.length)));
    } catch {
      return; // no link of ours; the questions begin
    }
  }

  /** @param {string} kept */
  function resume(kept) {
    const form = /** @type {HTMLFormElement} */ (find("main form"));
    send(new URLSearchParams({ state: kept, step: "finish" }), form.action, true);
  }
})();
