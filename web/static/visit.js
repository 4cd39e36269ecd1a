// A form at a door is sent without leaving its page, so that whoever has no network loses nothing: it stays as it is
// until the case has it. Nothing is kept on the telephone. Without this a form is sent as any other.
"use strict";
const LONGEST = 20000;
const unsent = document.getElementById("niet-verstuurd");
let waiting = false;

const answered = async (form) => {
  const gives_up = new AbortController();
  const clock = setTimeout(() => gives_up.abort(), LONGEST);
  try {
    const body = new URLSearchParams(new FormData(form));
    return await fetch(form.action, { method: "POST", body, signal: gives_up.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(clock);
  }
};

const send = async (form, button) => {
  button.setAttribute("aria-disabled", "true");
  unsent.hidden = true;
  const answer = await answered(form);
  button.removeAttribute("aria-disabled");
  if (answer === null || answer.status >= 500) {
    waiting = true;
    unsent.hidden = false;
    unsent.focus();
    return;
  }
  waiting = false;
  if (answer.ok && answer.redirected) {
    window.location.assign(answer.url);
    return;
  }
  // A refusal, or somebody who was away too long: the same press once more, whose answer is a page that holds it all.
  form.submit();
};

if (unsent !== null) {
  document.querySelectorAll("form[data-door]").forEach((form) => {
    const button = form.querySelector("button");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!button.hasAttribute("aria-disabled")) send(form, button);
    });
  });
  window.addEventListener("beforeunload", (event) => {
    if (waiting) event.preventDefault();
  });
}
