// Buttons that print the sheet and, where the browser can, share it as text. Without JavaScript the page says how to print.
const buttons = document.getElementById("buttons");
function add(text, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", press);
  buttons.append(button, " ");
  return button;
}
add(buttons.dataset.print, () => print());
if (navigator.share) {
  const sheet = document.getElementById("sheet");
  const share = add(buttons.dataset.share, () => navigator.share({ title: document.title, text: sheet.innerText }).catch(() => {}));
  share.className = "quiet";
}
