// Names the buttons with a text's help after that text. Streamlit calls each of them "Help", which says nothing to who
// hears a dozen of them in a row.
(() => {
  if (window.ferHelpsNamed) return;
  window.ferHelpsNamed = true;
  let isDue = false;
  const name = () => {
    isDue = false;
    for (const button of document.querySelectorAll('[data-testid="stMarkdown"] button[aria-label="Help"]')) {
      const text = button.closest('[data-testid="stMarkdown"]').innerText.trim();
      if (text) button.setAttribute("aria-label", `Help for ${text.slice(0, 60)}`);
    }
  };
  new MutationObserver(() => {
    if (!isDue) setTimeout(name, 300);
    isDue = true;
  }).observe(document.body, { childList: true, subtree: true });
})();
