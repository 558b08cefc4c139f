// Chooses all boxes of a page at once. Without it each is chosen by itself.
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = [...all.form.querySelectorAll(`input[type=checkbox][name="${all.dataset.all}"]`)];
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", tell);
}
