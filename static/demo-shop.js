// @ts-check
/** The invented shop: its cart, which lives in this page alone, and what it hears from the quiz. */
(() => {
  /** @param {string} id */
  const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const cart = find("cart");

  /** @param {string} title */
  function put(title) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const button = document.createElement("button");
    name.textContent = title;
    button.className = "quiet";
    button.type = "button";
    button.textContent = cart.dataset.remove || "";
    button.ariaLabel = `${button.textContent}: ${title}`;
    button.addEventListener("click", () => {
      line.remove();
      count();
    });
    line.append(name, button);
    cart.append(line);
    count();
  }

  function count() {
    find("count").textContent = String(cart.childElementCount);
    find("empty").hidden = cart.childElementCount > 0;
  }

  find("buy").addEventListener("click", () => put(find("buy").dataset.title || ""));

  for (const name of ["ready", "start", "answer", "complete", "refine", "select", "add", "consent", "error"]) {
    document.addEventListener(`quiz:${name}`, (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      const line = document.createElement("li");
      line.textContent = `quiz:${name} ${JSON.stringify(detail)}`;
      find("events").append(line);
      if (name === "add") put(detail.title);
      if (name !== "select") return;
      event.preventDefault(); // this shop shows its products here
      const address = new URL(location.href);
      address.searchParams.set("product", detail.item);
      location.assign(address);
    });
  }
})();
