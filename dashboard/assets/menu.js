// Closes the menu after a choice in a narrow window, where it covers the page. Streamlit does so on phones only, which it
// tells by the browser's name and not by the window's width.
(() => {
  if (window.ferMenuCloses) return;
  window.ferMenuCloses = true;
  document.addEventListener("click", (event) => {
    if (window.innerWidth > 768 || !event.target.closest('[data-testid="stSidebarNavLink"]')) return;
    setTimeout(() => {
      const menu = document.querySelector('[data-testid="stSidebar"]');
      if (menu && menu.getBoundingClientRect().right > 0)
        menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }, 50);
  });
})();
