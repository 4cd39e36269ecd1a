// A form at a door is sent without leaving its page, so that whoever has no network loses nothing: it stays as it is
// until the case has it. Nothing is kept on the telephone. Without this a form is sent as any other.
"use strict";
const LONGEST = 20000;
let waiting = false;

// What came of a press; null when no answer came.
const answered = async (form, button) => {
  const patience = new AbortController();
  const clock = setTimeout(() => patience.abort(), LONGEST);
  try {
    const body = new URLSearchParams(new FormData(form));
    if (button.name) body.append(button.name, button.value);
    const answer = await fetch(form.action, { method: "POST", body, signal: patience.signal });
    if (answer.status >= 500) return null;
    return { onwards: answer.redirected ? answer.url : "", page: answer.redirected ? "" : await answer.text() };
  } catch {
    return null;
  } finally {
    clearTimeout(clock);
  }
};

// A refusal, or whoever was away too long: the answer is a page that holds everything that was typed.
const show = (page) => {
  const told = new DOMParser().parseFromString(page, "text/html");
  document.title = told.title;
  const main = document.adoptNode(told.querySelector("main"));
  document.querySelector("main").replaceWith(main);
  attach(main);
  (main.querySelector("[autofocus]") ?? main).focus();
};

const send = async (form, button) => {
  const unsent = document.getElementById("niet-verstuurd");
  button.setAttribute("aria-disabled", "true");
  unsent.hidden = true;
  const answer = await answered(form, button);
  waiting = answer === null;
  if (answer === null) {
    button.removeAttribute("aria-disabled");
    unsent.hidden = false;
    unsent.focus();
  } else if (answer.onwards) {
    window.location.assign(answer.onwards);
  } else {
    show(answer.page);
  }
};

const attach = (main) => {
  main.querySelectorAll("form[data-door]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter ?? form.querySelector("button");
      if (form.querySelector("button[aria-disabled]") === null) send(form, button);
    });
  });
};

attach(document);
window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});
