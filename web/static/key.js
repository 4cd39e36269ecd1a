// A key is shown once: copying it with one press. Without this it can be copied from its field.
"use strict";
const key = document.getElementById("sleutel");
const button = document.getElementById("kopieer");
if (key !== null && button !== null) {
  const told = document.getElementById("gekopieerd");
  key.select();
  key.addEventListener("focus", () => key.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(key.value);
      told.textContent = button.dataset.textDone;
    } catch {
      key.focus();
      told.textContent = button.dataset.textFailed;
    }
  });
}
