// Puts a button behind the reference code that copies it. Without JavaScript the code is there to read and mark.
const code = document.querySelector("[data-copy]");
if (code) {
  const button = document.createElement("button");
  button.className = "quiet small no-print";
  button.textContent = code.dataset.copy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = code.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
      told.textContent = code.dataset.byHand;
    }
  });
  code.after(" ", button, " ", told);
}
