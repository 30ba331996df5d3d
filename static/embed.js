// @ts-check
/**
 * <quiz-bot quiz="winter-coat"><a href="https://quiz.example/quiz/winter-coat">Find your coat</a></quiz-bot>
 *
 * Pressing the link opens the quiz in a frame above it. Nothing is asked of the server before that. The link itself
 * stays, so that there is a way to the quiz even where frames are refused.
 */
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script || customElements.get("quiz-bot")) return;
  const home = new URL(script.src).origin;

  class QuizBot extends HTMLElement {
    connectedCallback() {
      this.addEventListener("click", this);
    }

    disconnectedCallback() {
      this.removeEventListener("click", this);
    }

    /** @param {MouseEvent} event */
    handleEvent(event) {
      const link = event.target instanceof Element && event.target.closest("a");
      const quiz = this.getAttribute("quiz");
      const wantsOwnTab = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!link || !quiz || wantsOwnTab || event.defaultPrevented || this.querySelector("iframe")) return;
      event.preventDefault();
      this.prepend(this.frame(quiz, link.textContent || quiz));
    }

    /**
     * @param {string} quiz
     * @param {string} title
     */
    frame(quiz, title) {
      const address = new URL(`/quiz/${encodeURIComponent(quiz)}?embed=1`, home);
      for (const name of ["lang", "product"]) {
        const value = this.getAttribute(name);
        if (value) address.searchParams.set(name, value);
      }
      const frame = document.createElement("iframe");
      frame.title = title.trim();
      frame.style.cssText = "display:block;width:100%;height:min(48rem,90vh);border:0";
      frame.addEventListener("load", () => frame.focus({ preventScroll: true }), { once: true });
      frame.src = address.href;
      return frame;
    }
  }

  customElements.define("quiz-bot", QuizBot);
})();
