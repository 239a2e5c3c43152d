// @ts-check
// The members of the cluster, as the nodes behind this page see them together.

/** @typedef {{node: string, state: string, why?: string, kept: number, owed: number}} Other */
/** @typedef {{node: string, live: boolean, ready: boolean, missing: string[], problem?: string, others: Other[], silent?: boolean}} Health */
/** @typedef {{id: string, own?: Health, seen: (Other & {by: string})[], kept: number, owed: number, isUp: boolean}} Member */

const DOWN = ["HELD_DOWN", "PROBING"];

/** Those that answer for themselves, and those that are only seen. @param {Health[]} nodes @returns {Member[]} */
export function members(nodes) {
  const ids = new Set(nodes.flatMap(({ node, others }) => [node, ...others.map((other) => other.node)]));
  return [...ids].sort().map((id) => {
    const own = nodes.find(({ node }) => node === id);
    const seen = nodes.flatMap(({ node, others }) =>
      others.filter((other) => other.node === id).map((other) => ({ ...other, by: node })));
    const sum = (/** @type {"kept" | "owed"} */ what) => seen.reduce((all, one) => all + one[what], 0);
    const isUp = own ? own.live && own.ready && !own.silent : seen.some(({ state }) => state === "UP");
    return { id, own, seen, kept: sum("kept"), owed: sum("owed"), isUp };
  });
}

const and = (/** @type {string[]} */ words) => words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0];

/** What it is, and what the others believe. @param {Member} member */
export function stateWords({ own, seen }) {
  const by = (/** @type {string[]} */ states) => seen.filter(({ state }) => states.includes(state)).map(({ by }) => by);
  const said = own ? [own.silent ? "no answer" : !own.live ? "stopped" : own.ready ? "up" : "not ready"] : [];
  if (!own && by(["UP"]).length) said.push("up");
  if (by(DOWN).length) said.push(`held down by ${and(by(DOWN))}`);
  if (by(["UNLINKED"]).length) said.push(`down for ${and(by(["UNLINKED"]))}`);
  return said.join(", ");
}

/** What it has missed, and who has it. @param {Member} member */
export function waitingWords({ seen, kept, owed }) {
  const all = kept + owed;
  if (!all) return "nothing waits for it";
  const where = seen.filter((one) => one.kept + one.owed).map((one) => `${one.kept + one.owed} at ${one.by}`);
  return `${all}\u00a0${all === 1 ? "record waits" : "records wait"}: ${where.join(", ")}`;
}

/** More of it, for whoever points at it. @param {Member} member */
export function title({ seen, kept, owed }) {
  const why = seen.filter((one) => one.why).map((one) => `${one.by}: ${one.why}`);
  return [`owed to it: ${owed}, kept for it: ${kept}`, ...why].join("\n");
}
