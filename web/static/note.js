// Says while a note is typed what may not belong in it: the server looks, and keeps nothing of it. Without this, and
// without a network, the press itself tells.
"use strict";
{
  const PAUSE = 800;
  const clocks = new WeakMap();

  const paragraph = (sentence) => {
    const said = document.createElement("p");
    said.textContent = sentence;
    return said;
  };

  const look = async (field) => {
    const text = field.value;
    const body = new URLSearchParams({ token: field.form.elements.token.value, tekst: text });
    const answer = await fetch(field.dataset.look, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status !== 200 || answer.redirected || field.value !== text) return;
    const { sentences } = await answer.json();
    const told = document.getElementById(field.dataset.told);
    // Read aloud anew only when it says something else.
    if (told.textContent !== sentences.join("")) told.replaceChildren(...sentences.map(paragraph));
    told.hidden = sentences.length === 0;
  };

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset.look) return;
    clearTimeout(clocks.get(field));
    clocks.set(field, setTimeout(() => { look(field).catch(() => undefined); }, PAUSE));
  });
}
