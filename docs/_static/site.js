/* What the theme leaves out for those who use a keyboard or a screen reader. */
"use strict";

function reachable() {
  /* What scrolls must be reachable without a mouse; what does not would only be one stop more. */
  for (const box of document.querySelectorAll("pre, .table-wrapper, .content table")) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    } else {
      box.removeAttribute("tabindex");
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Pages");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
  reachable();
});
window.addEventListener("load", reachable);
window.addEventListener("resize", reachable);
