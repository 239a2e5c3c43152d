// @ts-check
// Two shoppers, each with the context of what it read. Plain DOM, no library.
import { members, waitingWords, stateWords, title } from "./members.js";
import { startStory } from "./story.js";

const PRODUCTS = ["laptop", "coffee", "book", "lamp", "plant", "pen"];
const QUANTITY_MAX = 99;
const LOG_MAX = 50;
const POLL_MILLIS = 1000;

/** @typedef {{cartId: string, items: Record<string, number>, siblings: {items: Record<string, number>}[], context: string}} Cart */
/** @typedef {import("./members.js").Health} Health */

const query = new URLSearchParams(location.search);
const state = {
  cartId: query.get("cart") || "alice",
  /** @type {Health[]} */ nodes: [],
  canStop: false,
  /** What a node is being asked to become, by its id. */
  /** @type {Record<string, string>} */ changing: {},
  polling: false,
  /** What was last seen of the store, and how often it has changed since the page was opened. */
  /** @type {Cart | null} */ stored: null,
  changes: 0,
  /** Counts requests, so that a poll that began before a write does not undo what the write has shown. */
  requests: 0,
  shoppers: [shopper(1), shopper(2)],
};

function shopper(number) {
  return { number, node: "", cart: /** @type {Cart | null} */ (null), seen: 0, quantity: 1, busy: false, problem: "", turn: Promise.resolve(true) };
}

// --- requests

class Refused extends Error {}

async function call(method, path, body) {
  const started = performance.now();
  const init = { method };
  if (body) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let response;
  let answer;
  try {
    response = await fetch(path, init);
    answer = await response.json();
  } catch (e) {
    throw new Refused("The service does not answer.");
  } finally {
    log(method, path, body, response ? response.status : 0, performance.now() - started);
  }
  if (!response.ok) throw new Refused(refusal(method, answer));
  return answer;
}

/** What a person wants to know of a refusal: the log below the page and the answer itself tell more. */
function refusal(method, problem) {
  const silent = (problem.replicas ?? []).filter(({ status }) => ["UNREACHABLE", "NO_ANSWER", "FAILED"].includes(status));
  const said = problem.required === undefined ? `${problem.title}: ${problem.detail}.`
    : `${problem.title}: ${problem.acknowledged} of ${problem.required}.`
      + (silent.length ? ` Nothing from ${silent.map(({ node }) => node).sort().join(" and ")}.` : "");
  const outcome = method === "GET" ? ""
    : problem.outcome === "UNKNOWN" ? " It may still have been written: read again."
    : problem.outcome === "NOT_APPLIED" ? " Nothing was written." : "";
  return said + outcome;
}

const cartPath = (rest = "") => `/carts/${encodeURIComponent(state.cartId)}${rest}`;

const api = {
  nodes: () => call("GET", "/nodes"),
  change: (node, what) => call("POST", `/nodes/${node}/${what}`),
  read: (node) => call("GET", `${cartPath()}?node=${node}`),
  add: (node, sku, quantity, context) => call("POST", `${cartPath("/items")}?node=${node}`, { sku, quantity, context }),
  remove: (node, sku, context) =>
    call("DELETE", `${cartPath("/items/" + encodeURIComponent(sku))}?node=${node}&context=${context}`),
};

// --- what a shopper can do

/** A shopper's requests go one after the other, so that a quick click is neither lost nor sent with a stale context. */
function act(who, words, request) {
  who.turn = who.turn.then(() => run(who, words, request));
  return who.turn;
}

/** Runs one request of a shopper; its answer is what the shopper has seen from then on. */
async function run(who, words, request) {
  who.busy = true;
  who.problem = "";
  state.requests++;
  render();
  try {
    const cart = await request();
    who.cart = cart;
    show(cart);
    who.seen = state.changes;
    say(`Shopper ${who.number} ${words} on node ${who.node}. ${summary(cart)}`);
    return true;
  } catch (e) {
    if (!(e instanceof Refused)) console.error(e);
    who.problem = e instanceof Refused ? e.message : String(e);
    return false;
  } finally {
    state.requests++;
    who.busy = false;
    render();
  }
}

const read = (who) => act(who, "read the cart", () => api.read(who.node));
const add = (who, sku, quantity) =>
  act(who, `added ${quantity} ${sku}`, () => api.add(who.node, sku, quantity, who.cart?.context));
const remove = (who, sku) => act(who, `removed ${sku}`, () => api.remove(who.node, sku, who.cart?.context ?? ""));

/** Stops or starts a node; the next look at all of them tells how the others see it. */
async function change(node, what) {
  if (state.changing[node]) return;
  state.changing[node] = what;
  render();
  try {
    const changed = await api.change(node, what);
    state.nodes = state.nodes.map((health) => (health.node === node ? changed : health));
    say(`Node ${node} is ${what === "stop" ? "stopped" : "up again"}.`);
  } catch (e) {
    if (!(e instanceof Refused)) console.error(e);
    say(e instanceof Refused ? e.message : String(e));
  } finally {
    delete state.changing[node];
    render();
  }
}

const isStopped = (node) => state.nodes.some((health) => health.node === node && !health.live);

function show(cart) {
  const before = state.stored && JSON.stringify([state.stored.items, state.stored.siblings]);
  if (before !== JSON.stringify([cart.items, cart.siblings])) state.changes++;
  state.stored = cart;
}

async function open(cartId) {
  state.cartId = cartId;
  state.stored = null;
  state.changes = 0;
  for (const who of state.shoppers) who.cart = null;
  byId("cart-id").value = cartId;
  const url = new URL(location.href);
  url.searchParams.set("cart", cartId);
  history.replaceState(null, "", url);
  for (const who of state.shoppers) await read(who);
}

const freshId = () => "cart-" + crypto.getRandomValues(new Uint32Array(1))[0].toString(36);

// --- what is seen

const byId = (id) => /** @type {any} */ (document.getElementById(id));

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role") made.setAttribute(name, value);
    else if (name === "key") made.dataset.key = value;
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

function icon(sku) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + (PRODUCTS.includes(sku) ? sku : "other"));
  svg.append(use);
  return svg;
}

/** Replaces children and keeps the focus on the same control, or moves it to a place that stays. */
function fill(parent, children, fallback) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = focused instanceof HTMLElement ? focused.dataset.key : undefined;
  parent.replaceChildren(...children);
  if (focused) {
    const same = key && parent.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (same || fallback)?.focus();
  }
}

function itemRows(items, { empty = "empty", buttons = (sku) => [], note = (sku) => "" } = {}) {
  const rows = Object.entries(items).map(([sku, quantity]) => {
    const name = element("span", { className: "sku", title: sku }, sku);
    if (note(sku)) name.append(element("span", { className: "only" }, note(sku)));
    return element("li", {}, icon(sku), name, element("span", { className: "amount" }, `× ${quantity}`), ...buttons(sku));
  });
  return rows.length ? rows : [element("li", { className: "empty" }, empty)];
}

const isOld = (who) => who.cart !== null && who.seen < state.changes;

function renderShopper(who) {
  const root = byId("shopper-" + who.number);
  const find = (selector) => root.querySelector(selector);
  root.setAttribute("aria-busy", String(who.busy));
  fill(find(".nodes"), state.nodes.map((health) => {
    const words = !health.live ? "down" : health.ready ? "ready" : "not ready";
    return element("button", {
      type: "button", key: "node-" + health.node, title: `Node ${health.node}: ${words}`,
      "aria-label": `Node ${health.node}, ${words}`, "aria-pressed": String(health.node === who.node),
      onclick: () => { who.node = health.node; read(who); },
    }, element("span", { className: health.ready ? "health" : "health down" }), health.node);
  }));
  const old = isOld(who);
  const behind = state.changes - who.seen;
  find(".held").classList.toggle("old", old);
  find(".held").classList.toggle("none", who.cart === null);
  find(".state-text").textContent = who.cart === null ? "Nothing read yet"
    : old ? `Old context: ${behind}\u00a0${behind === 1 ? "change" : "changes"}\u00a0since` : "My context is current";
  find(".problem").hidden = !who.problem;
  find(".problem").textContent = who.problem;
  find(".hint").hidden = who.problem !== "";
  find(".add-title").textContent = old ? "Write with my old context" : "Add";
  find(".hint").classList.toggle("old", old);
  find(".hint").textContent = old
    ? "What I have not seen is not replaced: it stays, as a sibling of what I write."
    : "My context says which versions I have seen. A write replaces those, and nothing else.";
  find(".quantity").textContent = String(who.quantity);
  fill(find(".items"), itemRows(who.cart?.items ?? {}, {
    empty: who.cart ? "empty" : "not read yet",
    buttons: (sku) => [
      element("button", { type: "button", key: "plus-" + sku, "aria-label": `Add one more ${sku}`, onclick: () => add(who, sku, 1) }, "+1"),
      element("button", { type: "button", key: "remove-" + sku, "aria-label": `Remove ${sku}`, onclick: () => remove(who, sku) }, "Remove"),
    ],
  }), find(".list-title"));
}

function renderMembers() {
  fill(byId("members"), members(state.nodes).map((member) => {
    const waits = member.kept + member.owed > 0;
    const what = member.own && !member.own.live ? "start" : "stop";
    const doing = state.changing[member.id];
    const button = element("button", {
      type: "button", key: "change-" + member.id, "aria-label": `${what === "stop" ? "Stop" : "Start"} node ${member.id}`,
      "aria-disabled": String(Boolean(doing)), onclick: () => change(member.id, what),
    }, doing === "stop" ? "Stopping" : doing === "start" ? "Starting" : what === "stop" ? "Stop" : "Start");
    const row = element("li", { title: title(member) },
      element("span", { className: member.isUp ? "health" : "health down", "aria-hidden": "true" }),
      element("div", { className: "member-words" },
        element("strong", {}, `Node ${member.id}`),
        element("span", { className: "member-state" }, stateWords(member)),
        element("span", { className: waits ? "waiting some" : "waiting" }, waitingWords(member))),
      ...(state.canStop && member.own ? [button] : []));
    row.dataset.node = member.id;
    row.dataset.waiting = String(member.kept + member.owed);
    return row;
  }));
}

function renderStore() {
  const cart = state.stored;
  const siblings = cart ? cart.siblings : [];
  const split = siblings.length > 1;
  byId("store").classList.toggle("split", split);
  byId("version-count").textContent = split ? `${siblings.length} siblings` : siblings.length === 1 ? "1 version" : cart ? "no version" : "unknown";
  const everywhere = (sku) => siblings.every((sibling) => sku in sibling.items);
  const cards = siblings.map((sibling, i) => element("li", {},
    element("h3", {}, split ? `Sibling ${i + 1}` : "The only version"),
    element("ul", { className: "items" }, ...itemRows(sibling.items, { note: (sku) => (everywhere(sku) ? "" : "only here") }))));
  byId("versions").replaceChildren(...(cards.length ? cards : [element("li", {}, element("h3", {}, cart ? "Nothing was written yet" : "Nothing was read yet"))]));
  byId("merge-lines").setAttribute("d", split ? "M40 0C40 18 100 8 100 28M160 0C160 18 100 8 100 28" : "M100 0V28");
  byId("merge-text").textContent = split ? "merged on read: every add is kept" : "nothing to merge";
  byId("merged-items").replaceChildren(...itemRows(cart ? cart.items : {}, { empty: cart ? "empty" : "not read yet" }));
}

function render() {
  state.shoppers.forEach(renderShopper);
  renderMembers();
  renderStore();
}

function summary(cart) {
  const items = Object.entries(cart.items).map(([sku, quantity]) => `${quantity} ${sku}`).join(", ") || "nothing";
  return `${cart.siblings.length > 1 ? cart.siblings.length + " siblings, merged: " : "The cart holds "}${items}.`;
}

const say = (text) => { byId("live").textContent = text; };

function log(method, path, body, status, millis) {
  if (path === "/nodes") return;
  const short = (text) => text.replace(/(context"?[:=]"?)([\w-]{8})[\w-]+/, "$1$2…");
  const line = `${method.padEnd(6)} ${short(path)}${body ? " " + short(JSON.stringify(body)) : ""}  →\u00a0${status || "no answer"}\u00a0in\u00a0${millis.toFixed(0)}\u00a0ms`;
  const list = byId("requests");
  list.prepend(element("li", { className: status >= 200 && status < 300 ? "" : "bad" }, line));
  while (list.children.length > LOG_MAX) list.lastChild.remove();
}

// --- start

function build(who) {
  const root = byId("shopper-" + who.number);
  root.append(byId("shopper-template").content.cloneNode(true));
  root.querySelector("h2").id = `shopper-${who.number}-title`;
  root.querySelector(".who").textContent = String(who.number);
  root.querySelector(".name").textContent = "Shopper " + who.number;
  root.querySelector(".nodes").setAttribute("aria-label", `Node of shopper ${who.number}`);
  root.querySelector(".read").onclick = () => read(who);
  const step = (by) => { who.quantity = Math.min(QUANTITY_MAX, Math.max(1, who.quantity + by)); render(); };
  root.querySelector(".less").onclick = () => step(-1);
  root.querySelector(".more").onclick = () => step(1);
  root.querySelector(".products").append(...PRODUCTS.map((sku) =>
    element("button", { type: "button", key: "add-" + sku, "aria-label": `Add ${sku}`, onclick: () => add(who, sku, who.quantity) }, icon(sku), sku)));
}

async function pickNodes() {
  await look();
  const known = (id) => state.nodes.some((health) => health.node === id);
  const asked = (query.get("node") || "").toLowerCase();
  const first = known(asked) ? asked : state.nodes[0].node;
  const others = state.nodes.map((health) => health.node).filter((id) => id !== first);
  state.shoppers[0].node = first;
  state.shoppers[1].node = others[0] || first;
}

async function look() {
  const changing = { ...state.changing };
  const answer = await api.nodes();
  state.canStop = answer.canStop;
  // What was asked before a node was stopped or started does not undo what that has shown.
  state.nodes = answer.nodes.map((health) =>
    (health.node in changing) === (health.node in state.changing) ? health
      : state.nodes.find((known) => known.node === health.node) ?? health);
}

/** Sees what other windows do, which nodes are up, and what waits for them. A shopper's own context is left as it is. */
async function poll() {
  if (document.hidden || state.polling) return;
  state.polling = true;
  const before = state.requests;
  try {
    await look();
    render();
    const node = [state.shoppers[0].node, ...state.nodes.map((health) => health.node)].find((id) => !isStopped(id) && !state.changing[id]);
    if (!node) return;
    const response = await fetch(`${cartPath()}?node=${node}`);
    const cart = await response.json();
    if (before !== state.requests || !response.ok || cart.cartId !== state.cartId) return;
    show(cart);
    // A page that was opened before its node was ready: nobody has to press anything.
    for (const who of state.shoppers) if (who.cart === null && !who.busy && !isStopped(who.node)) read(who);
  } catch (e) {
    state.nodes = state.nodes.map((health) => ({ ...health, ready: false, silent: true, others: [] }));
  } finally {
    state.polling = false;
    render();
  }
}

state.shoppers.forEach(build);
byId("cart-form").onsubmit = (event) => { event.preventDefault(); open(byId("cart-id").value.trim() || freshId()); };
byId("new-cart").onclick = () => open(freshId());
startStory({ shoppers: state.shoppers, read, add, say, isEmpty: () => !state.stored?.siblings.length, fresh: () => open(freshId()) });

try {
  await pickNodes();
  await open(state.cartId);
} catch (e) {
  state.shoppers[0].problem = e instanceof Refused ? e.message : String(e);
}
render();
document.body.dataset.ready = "true";
setInterval(poll, POLL_MILLIS);
