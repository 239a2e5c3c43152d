// @ts-check
// The story in five steps; each does real requests through the two shoppers.

/** @param {{shoppers: any[], read: Function, add: Function, say: Function, isEmpty: () => boolean, fresh: () => Promise<void>}} page */
export function startStory({ shoppers: [one, two], read, add, say, isEmpty, fresh }) {
  const steps = [
    {
      button: "Both read the cart",
      title: "Both have read the cart",
      text: "A read gives the items and a context: a note of the versions this shopper has seen.",
      run: async () => {
        if (!isEmpty()) await fresh();
        return (await read(one)) && (await read(two));
      },
    },
    {
      button: "Shopper 1 adds a laptop",
      title: "Shopper 1 added a laptop",
      text: "The write carries its context. Nobody else had written, so the new version simply replaces the old one.",
      run: () => add(one, "laptop", 1),
    },
    {
      button: "Shopper 2 adds coffee",
      title: "Shopper 2 added coffee, on an old context",
      text: "Its context does not cover the laptop. The store never guesses who is right: it keeps both versions, as siblings.",
      run: () => add(two, "coffee", 1),
    },
    {
      button: "Shopper 1 reads again",
      title: "Shopper 1 read again: one cart",
      text: "Every read merges the siblings by the cart's own rule. Both items are there, no add is lost.",
      run: () => read(one),
    },
    {
      button: "Shopper 1 adds a book",
      title: "One write, and the siblings are gone",
      text: "Shopper 1 had seen both siblings, so its write replaces both. Now try it: add on both sides without reading again.",
      run: () => add(one, "book", 1),
    },
  ];
  const title = /** @type {HTMLElement} */ (document.getElementById("story-title"));
  const text = /** @type {HTMLElement} */ (document.getElementById("story-text"));
  const next = /** @type {HTMLButtonElement} */ (document.getElementById("story-next"));
  const dots = /** @type {HTMLElement} */ (document.getElementById("story-dots"));
  let done = 0;
  let running = false;

  dots.append(...steps.map((step, i) => {
    const dot = document.createElement("li");
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = `${i + 1}: ${step.button}`;
    dot.append(name);
    return dot;
  }));

  function render() {
    const step = done === 0
      ? { title: "Two shoppers, one cart, no lock", text: "Several nodes keep a copy of this cart. Both shoppers write at the same time, through any of them, and no add is lost: see how, in five steps." }
      : steps[done - 1];
    title.textContent = step.title;
    text.textContent = step.text;
    next.textContent = done < steps.length ? steps[done].button : "Start again";
    [...dots.children].forEach((dot, i) => {
      dot.classList.toggle("done", i < done);
      if (i === done - 1) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    });
  }

  next.onclick = async () => {
    if (running) return;
    running = true;
    try {
      if (done === steps.length) {
        await fresh();
        done = 0;
      } else if (await steps[done].run()) {
        done++;
        say(`${steps[done - 1].title}. ${steps[done - 1].text}`);
      }
    } finally {
      running = false;
      render();
    }
  };
  render();
}
