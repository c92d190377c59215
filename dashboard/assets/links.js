// Opens links of our own tables within the session, as the menu does. A plain link loads the app anew, and with it goes
// what the session keeps: an uploaded photo, the report's list, the networks chosen. Streamlit follows the browser's
// history, so a new entry is put there; a page that it does not know is loaded as any link is.
(() => {
  if (window.ferLinksStay) return;
  window.ferLinksStay = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".fer a[href]");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    event.preventDefault();
    const app = document.querySelector('[data-testid="stApp"]');
    const before = app.dataset.testScriptState;
    let followed = false;
    const watch = new MutationObserver(() => (followed = true));
    watch.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
    history.pushState({}, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
    setTimeout(() => {
      if (before === "notRunning" && !followed) location.reload();
      watch.disconnect();
    }, 1500);
  });
})();
