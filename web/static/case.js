// Tells colleagues that this page is still open, as long as its reader is at work on the case. Without this they see so
// for a few minutes, and a take-over shows at the next press.
"use strict";
const form = document.getElementById("bezig");

const still = async () => {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.status !== 200 || answer.redirected) return;
  const told = document.getElementById("overgenomen");
  told.textContent = (await answer.json()).sentence;
  told.hidden = false;
};

if (form !== null) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") still().catch(() => undefined);
  });
  setInterval(() => { still().catch(() => undefined); }, Number(form.dataset.every) * 1000);
}
