// A call by keyboard, and telling colleagues that this page is open. Without this the page works by mouse and tab, and
// colleagues see for a few minutes that somebody is at work here.
"use strict";
const form = document.querySelector("form.result");
const KEPT = "signaalreis.sneltoetsen";

const still = async () => {
  const { token, sequence } = form.elements;
  const body = new URLSearchParams({ token: token.value, sequence: sequence.value });
  const answer = await fetch(form.dataset.still, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.status !== 200 || answer.redirected) return;
  const told = document.getElementById("overgenomen");
  told.textContent = (await answer.json()).sentence;
  told.hidden = false;
};

const choose = (key) => {
  const choices = form.querySelectorAll("input[name=result]");
  const chosen = choices[Number(key) - 1];
  if (chosen === undefined) return false;
  chosen.checked = true;
  chosen.focus();
  return true;
};

const pressed = (event) => {
  if (event.key === "Enter" && event.ctrlKey && form.contains(event.target)) {
    form.requestSubmit();
    return true;
  }
  const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (/^[1-9]$/.test(event.key)) return choose(event.key);
  if (event.key === "n") {
    form.elements.note.focus();
    return true;
  }
  if (event.key === "g") {
    const known = document.getElementById("gecontroleerd");
    known.open = !known.open;
    known.querySelector("summary").focus();
    return true;
  }
  return false;
};

if (form !== null) {
  const switched = document.getElementById("sneltoetsen-aan");
  document.getElementById("sneltoetsen").hidden = false;
  switched.checked = localStorage.getItem(KEPT) !== "uit";
  switched.addEventListener("change", () => localStorage.setItem(KEPT, switched.checked ? "aan" : "uit"));
  form.querySelectorAll("input[name=result]").forEach((choice, index) => {
    const key = document.createElement("kbd");
    key.textContent = String(index + 1);
    key.setAttribute("aria-hidden", "true");
    choice.nextElementSibling.append(" ", key);
  });
  document.addEventListener("keydown", (event) => {
    if (switched.checked && pressed(event)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") still().catch(() => undefined);
  });
  setInterval(() => { still().catch(() => undefined); }, Number(form.dataset.every) * 1000);
}
