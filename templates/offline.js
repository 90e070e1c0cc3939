// Turns the pages of the guide in one file. Which page: the tree of questions leads from the answers to a visit.
// Answers, the list and what matters are kept here until the file is closed or loaded again, and nowhere else; an address
// is that of a page alone.
const data = JSON.parse(document.getElementById("data").textContent);
const blank = (name) => `\ue000${name}\ue000`; // where something is filled in
const LANGUAGE = document.documentElement.lang;
let answers = {};
let told = ""; // which other page to show once: "error", "cleared", "empty", "unknown"
let page = "";
let code = ""; // the reference code of complete answers

/** The questions that are answered, the rest as far as it is certain, and where the visit stands. */
function visit() {
  const path = [];
  let node = data.ways;
  for (; typeof node !== "number" && answers[node[0]] in node[1]; node = node[1][answers[node[0]]]) path.push(node[0]);
  const rest = [];
  for (let next = node; typeof next !== "number"; next = Object.values(next[1])[0]) rest.push(next[0]);
  const complete = typeof node === "number";
  return { path, rest, complete, result: complete ? data.visits[node] : null, next: complete ? "end" : node[0] };
}

/** The number of a page for a place such as /questions/area?change, or the place to go to instead. */
function find(place) {
  const { path, rest, complete, result, next } = visit();
  const [where, change] = place.split("?");
  const once = told ? `|${told}` : "";
  const onward = complete ? "/check" : `/questions/${next}`;
  if (`${where}|` in data.side) return data.side[`${where}|${path.length ? next : ""}${once}`];
  if (where.startsWith("/questions/")) {
    const name = where.slice("/questions/".length);
    const asked = [...path, ...rest];
    if (!path.includes(name) && name !== next) return onward;
    const settled = !data.gates.includes(name) && !rest.some((question) => data.gates.includes(question));
    const at = asked.indexOf(name);
    const changing = complete && change !== undefined ? "change" : "";
    const state = [name, at + 1, settled ? asked.length : "", asked[at - 1] ?? "", changing];
    return data.questions[`${state.join("|")}|${path.length ? "" : "first"}${once}`];
  }
  if (!complete) return onward;
  if (where === "/check") return result[1] < 0 ? "/options" : result[1];
  if (where in LIST_PAGES) return result[1] < 0 ? "/options" : listPage(where) ?? "/options";
  const option = result[3][data.options.indexOf(where.slice("/options/".length))] ?? -1;
  return where === "/options" ? result[2] : option < 0 ? "/options" : option;
}

const LIST_PAGES = { "/compare": fitCompare, "/sheet": fitSheet, "/matters": fitMatters };

/** Marks what was given and kept, and brings in what the site's own scripts do. */
function fit(place) {
  const name = place.split("?")[0].replace("/questions/", "");
  const main = document.querySelector("main");
  if (place in LIST_PAGES) {
    nameHidden(main);
    LIST_PAGES[place](main);
  }
  for (const box of main.querySelectorAll("input[name=answer]")) box.checked = box.value === answers[name];
  for (const box of main.querySelectorAll("input[name=keep]")) box.toggleAttribute("checked", kept.includes(box.value));
  if (document.getElementById("buttons")) addButtons();
  addSaving(async (_, { body }) => {
    keepSent(body);
    code = await reference();
    return { ok: true, text: () => code };
  }, () => {});
}

async function show() {
  const hash = decodeURI(location.hash).slice(1);
  const [place, anchor] = !hash || hash.startsWith("/") ? hash.split("#") : [page, hash]; // "#main" is of this page
  const asked = location.hash;
  code = visit().complete ? await reference() : "";
  if (location.hash !== asked) return; // another page was asked for meanwhile
  const number = find(place || "/");
  told = "";
  if (typeof number !== "number") return location.replace(`#${number ?? "/"}`);
  const first = page === "";
  if (first || page !== place || !anchor) {
    const text = data.pages[number].map((run) => data.runs[run].map((line) => data.lines[line]).join("\n")).join("");
    const day = new Date().toLocaleDateString(LANGUAGE === "en" ? "en-GB" : LANGUAGE, { dateStyle: "long" });
    const [title, ...body] = text.replaceAll(blank("CODE"), code).replaceAll(blank("DAY"), day).split("\n");
    document.title = new DOMParser().parseFromString(title, "text/html").documentElement.textContent;
    document.body.innerHTML = body.join("\n");
    page = place;
    fit(place || "/");
    scrollTo(0, 0);
  }
  const target = anchor ? document.getElementById(anchor) : null;
  if (target) {
    for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
    target.scrollIntoView();
  }
  const begins = document.querySelector(".error-summary") ?? document.querySelector("main");
  if (!first) (target?.matches("[tabindex]") ? target : begins).focus({ preventScroll: true });
}

function go(place) {
  if (location.hash === `#${place}`) return show();
  location.hash = place;
}

addEventListener("hashchange", show);
addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = event.target.getAttribute("action").slice(1);
  const sent = new FormData(event.target);
  if (event.submitter?.name) sent.append(event.submitter.name, event.submitter.value);
  page = " "; // whatever comes is shown anew
  if (place === "/start-again") {
    [answers, kept, matters] = [{}, [], {}];
    told = "cleared";
    return go("/");
  }
  if (place === "/reference") {
    const plain = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const typed = plain(sent.get("code").normalize("NFKC"));
    if (await restore(typed)) {
      matters = {};
      return go("/options");
    }
    told = typed ? "unknown" : "empty";
    return go(place);
  }
  if (place === "/keep") {
    keepSent(sent);
    const then = sent.get("then");
    const shown = sent.getAll("shown");
    return go(then === "option" ? `/options/${shown[0]}` : `/${then}` in LIST_PAGES ? `/${then}` : "/options");
  }
  if (place === "/matters") {
    matters = Object.fromEntries(sent);
    return go("/matters#said");
  }
  if (!sent.get("answer")) {
    told = "error";
    return go(place);
  }
  answers[place.split("?")[0].slice("/questions/".length)] = sent.get("answer");
  const { path, complete, result, next } = visit();
  if (complete) {
    answers = Object.fromEntries(path.map((question) => [question, answers[question]]));
    keepInScope(kept);
  }
  go(!complete ? `/questions/${next}` : result[1] < 0 ? "/options" : "/check");
});

show();
