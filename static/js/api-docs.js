/* Draws an API's operations from its OpenAPI document. */
(() => {
  "use strict";
  const place = document.getElementById("operations");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  paint();
  dark.addEventListener("change", paint);
  SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    deepLinking: true,
    displayRequestDuration: true,
    // Without this the document would be sent to somebody else to be checked.
    validatorUrl: null,
  });
})();
