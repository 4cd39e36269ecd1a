// Ticking all cases of the page at once, and how many are ticked. Without this there are the choices beside the buttons.
"use strict";
const form = document.getElementById("samen");
if (form !== null) {
  const boxes = [...document.querySelectorAll('input[name="zaak"]')];
  const every = document.getElementById("alles-aan");
  const told = document.getElementById("aangevinkt");
  const ticked = form.querySelector('input[name="welke"][value="aangevinkt"]');
  const cases = () => new Set(boxes.filter((box) => box.checked).map((box) => box.value)).size;
  const count = () => {
    const all = boxes.every((box) => box.checked);
    told.textContent = ` (${cases()})`;
    every.textContent = all ? every.dataset.textNone : every.dataset.textEvery;
  };
  every.hidden = false;
  every.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
    ticked.checked = true;
    count();
  });
  boxes.forEach((box) => box.addEventListener("change", () => {
    ticked.checked = true;
    count();
  }));
  // Going back in the browser ticks again what was ticked, after this runs.
  window.addEventListener("pageshow", count);
  count();
}
