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

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => { for (const box of all.form.querySelectorAll("input[name=read]")) box.checked = true; });
}

// A change is tried while one types: the same form that "Check" sends, and what came back of it in the page's place.
const changing = document.querySelector("form[data-try]");
if (changing) {
  let waiting;
  const attempt = async () => {
    const data = new URLSearchParams(new FormData(changing));
    data.set("do", "check");
    try {
      const answer = await fetch(changing.action, { method: "POST", body: data });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const tried = page.getElementById("tried");
      if (!tried) return;
      document.getElementById("tried")?.remove();
      changing.after(tried);
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
    } catch { /* no connection: what was typed stands, and the buttons say what is wrong */ }
  };
  changing.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(attempt, 900); });
}
