// The pages of a visitor's list in the guide in one file. Each is there with everything that may stand on it
// (questionnaire/offline/kept_option_pages.py); here what was not kept or marked is taken out, and the rest put in order.
// The reference code is made as decide/reference_code.py makes it. tests/test_offline.py holds all against the site.
let kept = []; // options, those to compare first
let matters = {}; // how much each thing matters, and whether the visitor is ready to decide

const VERDICT = 0, BECAUSE = 1, CAVEATS = 2, ASKS = 3;
const lookUp = ({ questions, rows }) => rows[questions.map((question) => answers[question] ?? "").join("|")];
const areasInScope = () => data.scopes[visit().result[0]];
const optionsInScope = () => areasInScope().flatMap((area) => data.kept.areas[area]);
const textOf = (html) => new DOMParser().parseFromString(html, "text/html").documentElement.textContent;
const joined = (options) => options.map(({ name }) => name).join(data.kept.comma);

/** The options that are shown, in the order of the result; each with its row. */
function shownOptions() {
  return areasInScope().flatMap((area) =>
    data.kept.areas[area]
      .map((id) => ({ id, ...data.kept.options[id] }))
      .filter(({ shown }) => shown)
      .map((option) => ({ ...option, row: lookUp(option) }))
      .sort((one, other) => one.row[VERDICT] - other.row[VERDICT] || one.kind - other.kind),
  );
}

/** Those that are kept, in the order of the list. */
function keptOptions() {
  const shown = shownOptions();
  return kept.map((id) => shown.find((option) => option.id === id)).filter(Boolean);
}

/** What is kept of other areas goes once all is answered. */
function keepInScope(options) {
  const known = visit().complete ? optionsInScope() : Object.keys(data.kept.options);
  kept = [...new Set(options)].filter((option) => known.includes(option));
}

/** What a form of the site's own says is kept. */
function keepSent(sent) {
  const [shown, ticked, first] = ["shown", "keep", "first"].map((name) => sent.getAll(name));
  keepInScope([...first, ...kept.filter((option) => ticked.includes(option) || !shown.includes(option)), ...ticked]);
}

// ---- the reference code

/** Which of these options are kept, as a number; 0 where none is. */
async function listNumber(options, list) {
  const bits = options.reduce((sum, option, at) => sum + (list.includes(option) ? 1n << BigInt(at) : 0n), 0n);
  if (!bits || !crypto.subtle) return 0n; // there is no hash over plain http: then a code holds the answers alone
  const text = new TextEncoder().encode([...options, bits].join("\0"));
  const mark = new Uint8Array(await crypto.subtle.digest("SHA-256", text))[0] % data.code.alphabet.length;
  return bits + (BigInt(mark) << BigInt(options.length));
}

/** The code of complete answers and of what is kept. */
async function reference() {
  const { alphabet, choices, least, start } = data.code;
  let number = 0n;
  let scale = 1n;
  for (const question of visit().path) {
    number += BigInt(choices[question].indexOf(answers[question])) * scale;
    scale *= BigInt(choices[question].length);
  }
  number += scale * (await listNumber(optionsInScope(), kept));
  let body = start;
  for (const base = BigInt(alphabet.length); number || body.length < start.length + least; number /= base) {
    body += alphabet[number % base];
  }
  const check = [...body].reduce((sum, sign, at) => sum + (at + 1) * alphabet.indexOf(sign), 0) % alphabet.length;
  return `${body.slice(0, 5)}-${body.slice(5)}${alphabet[check]}`;
}

/** Takes the answers and the list of a code; whether it is one of these rules. */
async function restore(typed) {
  const { alphabet, choices, start } = data.code;
  const before = [answers, kept];
  let number = [...typed.slice(start.length, -1)].reduceRight(
    (sum, sign) => sum * BigInt(alphabet.length) + BigInt(alphabet.indexOf(sign)), 0n);
  answers = {};
  for (let node = data.ways; node && typeof node !== "number"; node = node[1][answers[node[0]]]) {
    const ids = choices[node[0]];
    answers[node[0]] = ids[number % BigInt(ids.length)];
    number /= BigInt(ids.length);
  }
  if (visit().complete) {
    kept = optionsInScope().filter((_, at) => (number >> BigInt(at)) & 1n);
    if ((await reference()).replace("-", "") === typed) return true;
  }
  [answers, kept] = before;
  return false;
}

/** The dots of a code's drawing (questionnaire/offline/qr_matrices.py). */
function drawCode(svg, code) {
  const { signs, size, lengths } = data.code.qr;
  const [zeros, ...changes] = lengths[code.length].map(BigInt);
  let dots = zeros;
  let at = 0;
  for (const [pair] of code.matchAll(/..?/g)) {
    const value = [...pair].reduce((sum, sign) => sum * signs.length + signs.indexOf(sign), 0);
    for (let bit = 0; bit < (pair[1] ? 11 : 6); bit += 1, at += 1) if ((value >> bit) & 1) dots ^= changes[at];
  }
  let path = "";
  for (let dot = 0; dot < size * size; dot += 1) {
    if ((dots >> BigInt(dot)) & 1n) path += `M${(dot % size) + 3} ${Math.floor(dot / size) + 3.5}h1`;
  }
  svg.lastElementChild.setAttribute("d", path);
}

// ---- what stands on the pages

/** The notes that stand for these answers, those that stand first before all others. */
function notes() {
  const numbers = new Set(areasInScope().flatMap((area) => lookUp(data.kept.noteTables[area])));
  return [...numbers].map((number) => data.kept.notes[number]).sort((one, other) => other.first - one.first);
}

/** What matters to the visitor: which it is, the rows of the grid that speak of it, and whether it matters a little. */
const mattering = () =>
  data.kept.matters
    .map(([id, rows, name], at) => ({ id, at, rows, name, little: Number(matters[id] === "little") }))
    .filter(({ id }) => ["lot", "little"].includes(matters[id]));
const speaks = (option, rows) => rows.some((row) => option.grid[row] >= 0);

/** What is left open about what is kept, or about every treatment: [what to ask, about which options]. */
function openQuestions() {
  const listed = shownOptions().filter(({ row, kind }) => row[VERDICT] < 2 && kind);
  const about = keptOptions().length ? keptOptions() : listed;
  const areas = about.map(({ area }) => area);
  const open = new Map(
    notes().filter((note) => note.ask >= 0 && note.areas.some((area) => areas.includes(area))).map(({ ask }) => [ask, []]));
  for (const option of about) for (const ask of option.row[ASKS]) open.set(ask, [...(open.get(ask) ?? []), option]);
  const treatments = about.filter(({ kind }) => kind).length;
  return [...open]
    .sort(([, some], [, others]) => others.length - some.length)
    .map(([ask, options]) => ({ text: data.kept.asks[ask], options, ofAll: treatments > 1 && options.length >= treatments }));
}

/** The page of a list that is shown: its number. */
function listPage(where) {
  const areas = areasInScope().join(",");
  const some = keptOptions();
  const isKept = some.length ? "kept" : "";
  const ready = data.kept.readiness.some((id) => matters[id] === "no");
  const state = {
    "/compare": some.some(({ leaving }) => !leaving) ? "some" : kept.length ? "leaving" : "none",
    "/sheet": `${isKept}|${openQuestions().length ? "open" : ""}`,
    "/matters": `${isKept}|${mattering().length || ready ? "full" : Object.keys(matters).length ? "saved" : "blank"}`,
  }[where];
  return data.kept.pages[`${where}|${areas}|${state}`];
}

/** Leaves those caveats of a list that are wanted. `every`: the numbers of all in it, in its order. */
function leaveCaveats(list, every, wanted) {
  const items = [...list.querySelectorAll("li")].filter((item) => !item.querySelector("ul"));
  items.forEach((item, at) => wanted.includes(every[at]) || item.remove());
  for (const inner of list.querySelectorAll("li > ul")) if (!inner.querySelector("li")) inner.parentElement.remove();
}

/** Names the options that are kept and not shown. */
function nameHidden(main) {
  const hidden = kept.filter((id) => !data.kept.options[id].shown);
  const ordered = Object.keys(data.kept.options).filter((id) => hidden.includes(id)).map((id) => data.kept.options[id]);
  const told = [...main.querySelectorAll("p")].find((part) => part.textContent.includes(blank("HIDDEN")));
  if (!ordered.length) told?.remove();
  else if (told) told.innerHTML = told.innerHTML.replace(blank("HIDDEN"), () => joined(ordered));
}

function fitCompare(main) {
  for (const legend of main.querySelectorAll("form[data-saved] legend")) choose(legend.parentElement);
  for (const section of main.querySelectorAll("section.compare")) compareArea(section);
}

/** The boxes to choose what is compared, in the order of the result, with the verdicts of these answers. */
function choose(fieldset) {
  const lines = new Map([...fieldset.querySelectorAll(".tick")].map((line) => [line.querySelector("[name=keep]").value, line]));
  for (const { id, row } of shownOptions().filter((option) => lines.has(option.id))) {
    lines.get(id).querySelector(".verdict").outerHTML = data.kept.verdicts[row[VERDICT]];
    fieldset.append(lines.get(id));
  }
}

function compareArea(section) {
  const area = section.querySelector("h2").id;
  const mine = keptOptions().filter((option) => option.area === area && !option.leaving);
  if (!mine.length) return section.remove();
  const first = mine.slice(0, data.kept.most);
  const columns = [...shownOptions().filter((option) => option.area === area && option.leaving), ...first];
  const shared = first.length > 1 ? first[0].row[CAVEATS].filter((one) => first.every(({ row }) => row[CAVEATS].includes(one))) : [];

  const standing = notes().filter((note) => note.first);
  const possible = data.kept.notes.filter((note) => note.first && note.areas.includes(area));
  section.querySelectorAll(".first-note").forEach((note, at) => standing.includes(possible[at]) || note.remove());
  const group = section.querySelector(".group-note");
  if (group && shared.length) leaveCaveats(group.querySelector("ul"), data.kept.caveats[area], shared);
  else group?.remove();
  compareOthers(section, mine.length, mine.slice(data.kept.most));

  // in each row a cell for each column, by the buttons of the last row; before them stands one of no option
  const table = section.querySelector("table");
  const [why, expect, ...rows] = table.tBodies;
  const order = ["", ...[...rows.at(-1).querySelectorAll("button")].map((button) => button.value)];
  const nothing = expect.rows[1].cells[0].innerHTML;
  for (const row of [...table.tHead.rows, ...[...table.tBodies].map((body) => body.rows[1])]) {
    const cells = [...row.cells];
    row.replaceChildren(...columns.map(({ id }) => cells[order.indexOf(id)]));
    [...row.cells].forEach((cell, at) => (cell.className = `c${at + 1}`));
  }
  for (const body of table.tBodies) body.rows[0].cells[0].colSpan = columns.length;
  columns.forEach((option, at) => {
    table.tHead.querySelectorAll(".verdict")[at].outerHTML = data.kept.verdicts[option.row[VERDICT]];
    why.rows[1].cells[at].innerHTML = option.row[BECAUSE].map((reason) => data.kept.reasons[reason]).join(" ");
    const own = option.row[CAVEATS].filter((one) => !shared.includes(one));
    const cell = expect.rows[1].cells[at];
    if (own.length) leaveCaveats(cell.querySelector("ul"), option.caveats, own);
    else cell.innerHTML = nothing;
    if (!kept.includes(option.id)) rows.at(-1).rows[1].cells[at].replaceChildren();
  });

  // rows that differ come first; those that say nothing of any option are named below
  const texts = data.kept.grid.map((_, row) => columns.map((option) => option.grid[row]));
  const isSilent = texts.map((cells) => cells.every((text) => text < 0));
  const isAlike = texts.map((cells) => new Set(cells).size === 1);
  for (const alike of [false, true]) {
    texts.forEach((_, row) => !isSilent[row] && isAlike[row] === alike && rows.at(-1).before(rows[row]));
  }
  texts.forEach((_, row) => isSilent[row] && rows[row].remove());
  const marked = mattering().map(({ at }) => at);
  const silent = section.lastElementChild;
  const below = [...silent.querySelectorAll(".marked")];
  data.kept.grid.forEach((_, row) => {
    const marks = [...rows[row].querySelectorAll(".marked")];
    data.kept.matters.forEach(([, speakOf], at) => {
      if (!speakOf.includes(row)) return;
      const [above, under] = [marks.shift(), below.shift()];
      if (!marked.includes(at)) above.remove();
      if (!marked.includes(at) || !isSilent[row]) under.remove();
    });
  });
  const names = data.kept.grid.filter((_, row) => isSilent[row]);
  if (names.length) silent.querySelector("strong").innerHTML = `${names.join(" · ")}:`;
  else silent.remove();
  pickColumns(section, order, columns);
}

/** What is kept and has no column: how many there are in all, and a button to bring each in. */
function compareOthers(section, number, others) {
  const form = section.querySelector(".bring").closest("form");
  const [button] = form.querySelectorAll("li");
  const names = form.nextElementSibling;
  if (!others.length) return names.remove(), form.remove();
  form.innerHTML = form.innerHTML.replace(blank("NUMBER"), number);
  form.querySelector("ul").innerHTML = others
    .map(({ id, name }) => button.outerHTML.replace(blank("OPTION"), id).replace(blank("NAME"), () => name)).join("");
  names.innerHTML = names.innerHTML.replace(blank("NAME"), () => joined(others));
}

/** Which two columns stand side by side where only two fit: the first two, until a visitor picks others. */
function pickColumns(section, order, columns) {
  const pick = section.querySelector(".pick");
  if (columns.length < 3) return pick?.remove();
  pick.querySelectorAll("fieldset").forEach((fieldset, which) => {
    const spans = [...fieldset.querySelectorAll("span.tick")];
    spans.forEach((span) => span.remove());
    columns.forEach(({ id }, at) => {
      const span = spans[order.indexOf(id)];
      const box = span.querySelector("input");
      box.value = at + 1;
      box.toggleAttribute("checked", at === which);
      fieldset.append(span);
    });
  });
}

function fitSheet(main) {
  const { room, line, toWrite, heading, letters, general, noRoom } = data.kept.sheet;
  const lines = (text, most = letters) => Math.ceil([...text].length / most);
  const sum = (items, of) => items.reduce((all, item) => all + of(item), 0);
  drawCode(main.querySelector(".qr"), code);
  const given = [...main.querySelectorAll("#answered > li")].filter((part, at) => {
    const [question, choice] = data.kept.answers[at].split("=");
    const isGiven = visit().path.includes(question) && answers[question] === choice;
    if (!isGiven) part.remove();
    return isGiven;
  });
  const some = keptOptions();
  const list = main.querySelector("#kept");
  if (list) {
    const every = areasInScope().flatMap((area) => inOrder(area));
    const items = [...list.children];
    list.replaceChildren(...some.map(({ id }) => items[every.indexOf(id)]));
    some.forEach(({ row }, at) => (list.children[at].querySelector(".verdict").outerHTML = data.kept.verdicts[row[VERDICT]]));
  }
  const marks = main.querySelector("#mattering");
  if (marks) {
    const items = [...marks.children];
    marks.replaceChildren(...mattering().map(({ at, rows, little }) => {
      const spoken = some.filter((option) => speaks(option, rows)).length;
      const item = items[at * 6 + little * 3 + (!spoken ? 0 : spoken === some.length ? 1 : 2)];
      item.innerHTML = item.innerHTML.replace(blank("SPOKEN"), spoken).replace(blank("ALL"), some.length);
      return item;
    }));
    if (!marks.children.length) marks.previousElementSibling.remove(), marks.remove();
  }
  const open = main.querySelector("#open");
  if (!open) return;
  const names = mattering().map(({ name }) => textOf(name));
  const halves = sum(some, ({ name }) => lines(textOf(name), letters / 2)) + sum(names, (name) => lines(name, letters / 2));
  const answered = sum(given, (part) => lines(part.textContent.slice(1))); // without the space before the answer
  let left = room - line * (answered + Math.ceil(halves / 2) + 1) - heading * (Number(some.length > 0) + Number(names.length > 0)) - general;
  const [ofAll, ofMany, ofFew] = open.children;
  const every = openQuestions();
  const past = every.findIndex(({ text }) => (left -= line * lines(textOf(text)) + toWrite) < 0);
  const fit = past < 0 ? every : every.slice(0, past);
  open.innerHTML = fit.map(({ text, options, ofAll: isOfAll }) => {
    const form = isOfAll || !options.length ? ofAll : options.length > 2 ? ofMany : ofFew;
    return form.outerHTML.replace(blank("QUESTION"), () => text).replace(blank("NUMBER"), options.length).replace(blank("OPTIONS"), () => joined(options));
  }).join("");
  if (past < 0) open.nextElementSibling.remove();
  else open.nextElementSibling.outerHTML = noRoom[every.length - fit.length];
}

/** The options of an area in the order of its pages: leaving things as they are, then as the files have them. */
const inOrder = (area) =>
  data.kept.areas[area].filter((id) => data.kept.options[id].shown)
    .sort((one, other) => data.kept.options[other].leaving - data.kept.options[one].leaving);

function fitMatters(main) {
  for (const box of main.querySelectorAll("fieldset input")) box.toggleAttribute("checked", matters[box.name] === box.value);
  const said = main.querySelector("#said");
  const titles = [...said.querySelectorAll("h3")];
  if (!titles.length) return;
  const texts = titles.map((title) => title.nextElementSibling);
  for (const part of [...titles, ...texts]) part.remove();
  const [about, next] = said.querySelectorAll("h2");
  const some = keptOptions().length ? keptOptions() : shownOptions().filter(({ row }) => row[VERDICT] < 2);
  const every = areasInScope().flatMap((area) => inOrder(area));
  let last = about.nextElementSibling;
  for (const { at, rows, little } of mattering()) {
    const number = at * 4 + little * 2 + Number(some.some((option) => speaks(option, rows)));
    const text = texts[number];
    last.after(titles[number], text);
    last = text;
    if (text.localName !== "dl") continue;
    const items = [...text.children];
    const length = items.length / every.length;
    text.replaceChildren(...some.flatMap(({ id }) => items.slice(every.indexOf(id) * length, (every.indexOf(id) + 1) * length)));
  }
  if (!mattering().length) about.nextElementSibling.remove(), about.remove();
  const help = [...(next?.nextElementSibling.children ?? [])];
  const wanted = help.filter((item, at) => matters[data.kept.readiness[at]] === "no" || item.remove());
  if (next && !wanted.length) next.nextElementSibling.remove(), next.remove();
}
