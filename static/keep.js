// Saves what is kept as soon as a box is ticked, without a page load. Without JavaScript the form's buttons save it.
for (const form of document.querySelectorAll("form[data-saved]")) {
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  (form.querySelector(".actions") ?? form).append(told);
  let sending = false;
  let changed = false;
  form.addEventListener("change", async () => {
    changed = true;
    if (sending) return; // one at a time and the latest last, so that no older one comes after it
    sending = true;
    try {
      while (changed) {
        changed = false;
        const body = new URLSearchParams(new FormData(form)); // without the "then" of a button: no page is wanted
        const reply = await fetch(form.action, { method: "POST", body, mode: "same-origin", redirect: "error" });
        if (!reply.ok) throw new Error(reply.statusText);
        const code = await reply.text();
        for (const element of document.querySelectorAll(".code")) element.textContent = code;
      }
      told.textContent = form.dataset.saved;
    } catch {
      told.textContent = form.dataset.failed;
    }
    sending = false;
  });
}
// "Back" may show a page as it was before something was kept on another.
addEventListener("pageshow", (event) => event.persisted && location.reload());
