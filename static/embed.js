// Tells the page around the frame how high the guide is, and that a new page of it begins; nothing else is told.
// Only pages of the origins in data-framed-by may frame the guide, and a message reaches no other.
const { framedBy } = document.currentScript.dataset;
const around = location.ancestorOrigins?.[0];
const origins = framedBy.split(" ").filter((origin) => !around || origin === around);

function tell(begins) {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  for (const origin of origins) parent.postMessage({ "options-guide": { height, begins } }, origin);
}

if (parent !== window) {
  document.body.style.minHeight = "0"; // or it would never be less high than its frame
  for (const link of document.links) {
    if (/^https?:$/.test(link.protocol) && link.origin !== location.origin) link.target = "_blank"; // it may refuse a frame
  }
  new ResizeObserver(() => tell(false)).observe(document.body);
  tell(true);
}
