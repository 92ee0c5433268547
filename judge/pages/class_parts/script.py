"""What makes the table of submissions answer: search, filters and sorting, all of it kept in the address.

The page is whole without it: the script only hides and orders rows that are there, and shows its own tools.
It takes at most 3 KiB.
"""

_SOURCE = """\
(() => {
  "use strict";
  const id = name => document.getElementById(name), body = id("roll").tBodies[0];
  const heads = [...id("roll").tHead.rows[0].cells], keys = heads.map(head => head.dataset.key);
  const fields = [...id("tools").querySelectorAll("[name]")];
  const ranks = [...id("verdict").options].map(option => option.value);
  const rows = [...body.rows].map(row => {
    const cells = [...row.cells].map(cell => cell.textContent);
    const p = [...row.querySelectorAll("code")].map(code => code.textContent);
    return {row, cells, p, q: row.textContent.toLowerCase(), v: cells[1].split(" ").pop(), e: cells[6],
      g: row.dataset.g};
  });
  let state = {};
  const number = text => /inf|nan/.test(text) ? Infinity
    : /\\d/.test(text) ? parseFloat(text.replace(/[,<]/g, "")) : -1;
  const value = (one, at) => at == 1 ? ranks.indexOf(one.v)
    : heads[at].className ? number(one.cells[at]) : one.cells[at].toLowerCase();
  const fits = one => Object.entries(state).every(([key, wanted]) => key == "sort"
    || (key == "q" ? wanted.toLowerCase().split(/\\s+/).every(word => one.q.includes(word))
      : key == "p" ? one.p.includes(wanted) : one[key] == wanted));
  const sorted = () => {
    const [, down, key] = /^(-?)(.*)/.exec(state.sort ?? ""), at = keys.indexOf(key);
    for (const head of heads) head.removeAttribute("aria-sort");
    if (at < 0) return rows;
    heads[at].setAttribute("aria-sort", down ? "descending" : "ascending");
    return rows.map(one => [value(one, at), one])
      .sort(([a], [b]) => (a < b ? -1 : a > b) * (down ? -1 : 1)).map(([, one]) => one);
  };
  const show = () => {
    const shown = sorted().filter(one => !(one.row.hidden = !fits(one)));
    for (const one of shown) body.append(one.row);
    id("shown").textContent = `${shown.length} of ${rows.length} submissions`
      + (state.g ? `, group ${state.g}` : "");
    id("all").hidden = !Object.keys(state).length;
    for (const field of fields) field.value = state[field.name] ?? "";
  };
  const set = (key, wanted) => {
    if (wanted) state[key] = wanted; else delete state[key];
    history.replaceState(null, "", "#" + new URLSearchParams(state));
    show();
  };
  const read = () => {
    const hash = location.hash.slice(1), folded = id(hash)?.closest("details");
    if (folded) folded.open = true;
    if (folded || hash && !hash.includes("=")) return;
    state = Object.fromEntries([...new URLSearchParams(hash)]
      .filter(([key, wanted]) => wanted && ["q", "v", "p", "e", "g", "sort"].includes(key)));
    show();
  };
  for (const field of fields) field.addEventListener("input", () => set(field.name, field.value));
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => set("sort", (state.sort == keys[at] ? "-" : "") + keys[at]));
  });
  id("all").addEventListener("click", () => {
    state = {};
    set();
    id("search").focus();
  });
  addEventListener("hashchange", read);
  id("tools").hidden = false;
  read();
})();
"""
SCRIPT = "".join(f"{line.strip()}\n" for line in _SOURCE.splitlines())
