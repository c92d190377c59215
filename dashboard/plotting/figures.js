// Draws figures in the theme in force, and in the light one on paper; figures by id and theme.
const night = matchMedia("(prefers-color-scheme: dark)");
function show(figures) {
  const draw = theme => {
    for (const [key, themes] of Object.entries(figures))
      Plotly.react(key, themes[theme].data, themes[theme].layout, {displayModeBar: false, responsive: true});
  };
  const current = () => draw(night.matches ? "dark" : "light");
  current();
  night.addEventListener("change", current);
  addEventListener("beforeprint", () => draw("light"));
  addEventListener("afterprint", current);
}
