// Buttons that need a script: to copy the reference code, to print, and to share where the browser can. Without JavaScript
// the code is there to read and mark, and the page says how to print.
function add(place, text, press, look) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = look;
  button.textContent = text;
  button.addEventListener("click", press);
  place.append(" ", button);
}

const code = document.querySelector("[data-copy]");
if (code) {
  const place = document.createElement("span");
  place.className = "no-print";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = code.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
      told.textContent = code.dataset.byHand;
    }
  };
  add(place, code.dataset.copy, copy, "quiet small");
  place.append(" ", told);
  code.after(place);
}

const buttons = document.getElementById("buttons");
const { print: printing, share: sharing, shared, url } = buttons.dataset;
add(buttons, printing, () => print(), buttons.dataset.look ?? "");
if (navigator.share) {
  const share = () => {
    const text = document.getElementById(shared).innerText;
    navigator.share({ title: document.title, text, ...(url && { url }) }).catch(() => {});
  };
  add(buttons, sharing, share, "quiet");
}
