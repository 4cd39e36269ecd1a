// In a narrow window the menu stands above the page: closed until it is asked for. Without this it is simply open.
"use strict";
const narrow = window.matchMedia("(max-width: 64rem)");
const menu = document.querySelector(".menu details");
const settle = () => { menu.open = !narrow.matches; };
if (menu !== null) {
  settle();
  narrow.addEventListener("change", settle);
}
