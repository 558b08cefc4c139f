// A list is sifted as soon as something is chosen; a link is copied. All works without this file:
// there is a button to find, and the address to copy stands beside its button.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".sifts")?.addEventListener("change", (event) => {
    if (event.target.matches("select")) event.currentTarget.requestSubmit();
  });
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed";
      }
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }
});
