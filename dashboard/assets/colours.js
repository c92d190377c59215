// Draws the page again when it turns dark or light, as a browser does at sunset, or by a choice in the settings: tables
// and figures have their colours from the server, and Streamlit asks for none before the next click.
(() => {
  if (window.ferColoursFollow) return;
  window.ferColoursFollow = true;
  const app = document.querySelector('[data-testid="stApp"]');
  const scheme = () => getComputedStyle(app).colorScheme;
  let drawn = scheme();
  new MutationObserver(() => {
    if (scheme() === drawn) return;
    drawn = scheme();
    setTimeout(() => dispatchEvent(new PopStateEvent("popstate")), 100); // once Streamlit knows the theme itself
  }).observe(app, { attributes: true, attributeFilter: ["class"] });
})();
