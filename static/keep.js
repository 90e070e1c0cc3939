// Saves what is kept as soon as a box is ticked, without a page load. Without JavaScript the form's buttons save it.
for (const form of document.querySelectorAll("form[data-saved]")) {
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  form.append(told);
  let sending = false;
  let changed = false;
  async function save() {
    changed = true;
    if (sending) return; // one at a time, the latest last: an older one must not overtake it
    sending = true;
    try {
      while (changed) {
        changed = false;
        const body = new URLSearchParams(new FormData(form)); // without a button's "then", so there is no page to load
        const answer = await fetch(form.action, { method: "POST", body, mode: "same-origin", redirect: "error" });
        if (answer.status !== 204) throw new Error(answer.status);
      }
      told.textContent = form.dataset.saved;
    } catch {
      told.textContent = form.dataset.failed;
    }
    sending = false;
  }
  form.addEventListener("change", save);
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // "Back" to a page from before
}
