// Passkeys: a button with data-passkey asks the browser for one, puts its answer into the form, and sends it.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"])
    if (options[list]) options[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  return { publicKey: options };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  const extensions = credential.getClientExtensionResults();
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: extensions });
}

document.documentElement.classList.add("script");
for (const button of document.querySelectorAll("button[data-passkey]"))
  button.addEventListener("click", async (event) => {
    const form = button.form;
    if (!form.reportValidity()) return event.preventDefault();
    event.preventDefault();
    try {
      const credential = await navigator.credentials[button.dataset.passkey](asked(JSON.parse(button.dataset.options)));
      form.elements.credential.value = answered(credential);
      form.submit();
    } catch (fault) {
      const told = button.parentNode.querySelector(".told") || document.createElement("p");
      told.className = "told wrong";
      told.setAttribute("role", "alert");
      told.textContent = "The passkey was not used: " + (fault.name === "NotAllowedError" ? "it was not allowed, or took too long. Please try again." : fault.message);
      button.after(told);
    }
  });

// A section is ticked with one press, but only what stood on the screen for a second: nobody ticks what they jumped over.
const statements = document.querySelectorAll(".statement");
if (statements.length) {
  const timers = new Map();
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(() => target.closest(".statement").classList.add("seen"), 1000));
    }
  });
  for (const one of statements) watch.observe(one.querySelector(".foot"));
  const told = document.querySelector("[data-ticked]");
  const count = () => { told.textContent = `${document.querySelectorAll("input[name=read]:checked").length} of ${statements.length} ticked here`; };
  document.addEventListener("change", count);
  count();
  for (const button of document.querySelectorAll("[data-tick-seen]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const box of button.closest("section").querySelectorAll(".seen input[name=read]")) box.checked = true;
      count();
    });
  }
}

// What was ticked is kept however one leaves the page: by a remark, say.
const ticking = statements.length && document.querySelector("input[name=read]").form;
if (ticking) {
  const ticks = () => new URLSearchParams(new FormData(ticking)).toString();
  let known = ticks();
  ticking.addEventListener("submit", () => { known = null; });
  addEventListener("pagehide", () => {
    if (known === null || ticks() === known) return;
    navigator.sendBeacon(location.pathname, new URLSearchParams(new FormData(ticking)));
    known = ticks();
  });
}

// A change is tried while one types: the same form that "Check" sends, and what came back of it in the page's place.
const changing = document.querySelector("form[data-try]");
if (changing) {
  let waiting, asking = false;
  const later = (milliseconds) => { clearTimeout(waiting); waiting = setTimeout(attempt, milliseconds); };
  const show = (node) => {
    document.getElementById("tried")?.remove();
    changing.after(node);
  };
  const attempt = async () => {
    if (asking) return later(900);
    asking = true;
    const data = new URLSearchParams(new FormData(changing));
    data.set("do", "check");
    try {
      const answer = await fetch(changing.action, { method: "POST", body: data });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const building = page.querySelector("[data-building]");
      if (building) {
        building.id = "tried";
        show(building);
        return later(2000);
      }
      const refused = page.querySelector(".notice.wrong[role=status]");
      const tried = page.getElementById("tried") || refused;
      if (!tried) return;
      tried.id = "tried";
      show(tried);
      for (const old of changing.querySelectorAll(".problem")) old.remove();
      for (const problem of page.querySelectorAll("form[data-try] .problem")) {
        const field = problem.parentNode.querySelector("[id]");
        const here = field && document.getElementById(field.id);
        if (here) here.before(problem);
      }
      for (const meaning of page.querySelectorAll(".meaning[data-of]")) {
        const here = document.querySelector(`.meaning[data-of="${CSS.escape(meaning.dataset.of)}"]`);
        if (here) here.textContent = meaning.textContent;
      }
    } catch { /* no connection: what was typed stands, and the buttons say what is wrong */ } finally { asking = false; }
  };
  changing.addEventListener("input", () => later(900));
}

// What waits for a build goes on by itself.
const again = document.querySelector("form[data-again]");
if (again) setTimeout(() => again.submit(), 2000);

// What is typed is kept in this tab until it was sent and an answer came, so that no lost connection can take it.
const typing = document.querySelector("form[data-keep]");
if (typing) {
  const part = typing.elements.at || typing.elements.statement || typing.elements.thing;
  const place = ["typed", document.querySelector(".who a").textContent, location.pathname, part?.value, typing.elements.language?.value].join(" ");
  const fields = () => [...typing.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
  const state = () => JSON.stringify(fields().map((one) => [one.name, one.value, one.checked]));
  const begun = state(), kept = sessionStorage.getItem(place);
  const note = typing.querySelector("[data-kept]");
  if (kept && kept !== begun && note) {
    note.hidden = false;
    note.querySelector("button").addEventListener("click", () => {
      const values = JSON.parse(kept);
      for (const [at, one] of fields().entries())
        if (values[at] && values[at][0] === one.name) { one.checked = values[at][2]; if (one.type !== "checkbox" && one.type !== "radio") one.value = values[at][1]; }
      note.hidden = true;
      typing.dispatchEvent(new Event("input"));
    });
  }
  typing.addEventListener("input", () => sessionStorage.setItem(place, state()));
  typing.addEventListener("submit", () => sessionStorage.setItem("sent", place));
  typing.addEventListener("change", () => sessionStorage.setItem(place, state()));
}
if (document.querySelector(".notice.done")) sessionStorage.removeItem(sessionStorage.getItem("sent"));
