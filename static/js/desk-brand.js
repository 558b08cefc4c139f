// The editor of a brand: a colour that is picked is wanted, and what is to be pasted is copied.
(() => {
  for (const box of document.querySelectorAll(".colour-usual input")) {
    const picker = box.closest(".colour").querySelector("input[type=color]");
    picker.addEventListener("input", () => { box.checked = false; });
  }

  // What is chosen is shown at once where scripts run.
  for (const button of document.querySelectorAll("[data-needless]")) button.hidden = true;

  const copy = async (button) => {
    const name = button.textContent;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 2000);
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => copy(button).catch(() => {}));
  }

  // A form that was changed is not left by accident.
  const form = document.getElementById("brand-form");
  let isChanged = false;
  form?.addEventListener("input", () => { isChanged = true; });
  form?.addEventListener("submit", () => { isChanged = false; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
})();
