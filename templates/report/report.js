// The try-it panel: the tables of the page, looked up for one imaginary visitor. Without it the page reads in full.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const form = document.getElementById("try-form");
  const byId = (id) => document.getElementById(id);
  const words = { "fits": "Fits", "ask": "Worth asking about", "ruled-out": "Ruled out", "waiting": "Needs more answers" };

  const holds = (when, answers) => when.every(([question, choices]) => choices.includes(answers[question]));
  const inScope = (answers) => data.areas.filter((area) => area.when.some((when) => holds(when, answers)));
  const isAsked = (question, answers) => question.areas.length
    ? inScope(answers).some((area) => question.areas.includes(area.id))
    : holds(question.when, answers);
  const row = (table, answers) => table.rows[table.questions.map((question) => answers[question] ?? "").join("|")];

  // Text goes in as text, never as markup.
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // The answers that count, in the order of asking; a question that is not asked is greyed out and left out.
  const read = () => {
    const answers = {}, open = [];
    for (const question of data.questions) {
      const select = byId(`try-${question.id}`), asked = isAsked(question, answers);
      select.disabled = !asked;
      byId(`try-of-${question.id}`).classList.toggle("unasked", !asked);
      byId(`try-not-${question.id}`).hidden = asked;
      if (asked && select.value) answers[question.id] = select.value;
      else if (asked) open.push(question.id);
    }
    return { answers, open };
  };

  const said = (caveat) => {
    const [text, , byClinic] = data.caveats[caveat], item = element("li", text);
    if (byClinic) item.prepend(element("b", "Added by the clinic: "));
    return item;
  };

  const card = (id, option, answers, open) => {
    const waiting = option.questions.filter((question) => open.includes(question));
    const found = waiting.length ? undefined : row(option, answers);
    const [verdict, rules, caveats, line] = found ?? ["waiting", [], [], null];
    const made = element("article", "", "result");
    made.dataset.option = id;
    made.dataset.verdict = verdict;
    const title = element("h3", option.name), tag = element("span", words[verdict], `verdict ${verdict}`);
    title.append(" ", tag);
    made.append(title);
    if (!found) {
      const names = waiting.join(", ");
      made.append(element("p", names ? `Still open: ${names}` : "Nobody can give these answers together.", "hint"));
      return made;
    }
    const because = element("p");
    because.append(element("b", "Because: "));
    rules.forEach((rule, at) => {
      because.append(at ? " " : "", `${option.rules[rule]} `, element("code", rule));
    });
    made.append(because, element("p", "What to realistically expect", "label"));
    const list = element("ul");
    for (const caveat of caveats) list.append(said(caveat));
    made.append(list);
    const lit = byId(`${option.anchor}-line-${line}`), link = element("a", `Line ${line + 1} of its table`);
    link.href = `#${lit.id}`;
    made.append(link);
    lit.classList.add("lit");
    return made;
  };

  const show = () => {
    document.querySelectorAll(".lit").forEach((line) => line.classList.remove("lit"));
    const { answers, open } = read(), areas = inScope(answers);
    const ids = areas.flatMap((area) => area.options.map((name) => name));
    const cards = ids.map((id) => card(id, data.options[id], answers, open));
    const order = ["fits", "ask", "ruled-out", "waiting"];
    const counts = order.map((verdict) => [verdict, cards.filter((made) => made.dataset.verdict === verdict).length]);
    const notes = [...new Set(areas.flatMap((area) => row(area.notes, answers) ?? []))];
    notes.sort((a, b) => data.caveats[b][1] - data.caveats[a][1]);
    byId("try-summary").textContent = areas.length
      ? `${areas.map((area) => area.name).join(" and ")}: ` + counts.filter(([, number]) => number)
        .map(([verdict, number]) => `${words[verdict].toLowerCase()} ${number}`).join(", ") + "."
      : open.length ? "Answer the questions that are not greyed out."
      : "No area is in scope: this visitor reads a page that says so, and sees no options.";
    const kept = element("ul");
    for (const note of notes) {
      const item = said(note);
      item.dataset.note = note;
      kept.append(item);
    }
    byId("try-notes").replaceChildren(...(notes.length ? [element("h3", "What to keep in mind"), kept] : []));
    byId("try-results").replaceChildren(...order.flatMap((verdict) => cards.filter((made) => made.dataset.verdict === verdict)));
  };

  const fill = () => {
    for (const question of data.questions) {
      read();
      const select = byId(`try-${question.id}`);
      select.selectedIndex = select.disabled ? 0 : 1 + Math.floor(Math.random() * (select.options.length - 1));
    }
    show();
  };

  // Paper shows what is folded away on a screen and belongs to a review.
  const folded = [...document.querySelectorAll("details.on-paper, details.table")];
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = folded.filter((one) => !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });

  const all = byId("open-all"), rests = [...document.querySelectorAll("details.rests")];
  all.hidden = false;
  all.addEventListener("click", () => {
    const open = rests.some((one) => !one.open);
    for (const one of rests) one.open = open;
    all.textContent = open ? "Close them all" : "Open them all";
  });

  byId("try-without").remove();
  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  byId("try-any").addEventListener("click", fill);
  show();
})();
