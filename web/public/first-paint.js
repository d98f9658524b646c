// Runs before the first paint, so that nobody's dark or large-type screen flashes white and small.
// A file of its own (not inline): the content security policy allows no inline scripts.
(function () {
  var root = document.documentElement;
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("linli.appearance")) || {};
  } catch (error) {
    kept = {};
  }
  var dark = kept.theme === "dark" || (kept.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.mode = kept.mode === "elder" ? "elder" : "standard";
  root.dataset.shade = dark ? "dark" : "light";
  root.classList.toggle("dark", dark);
  root.lang = kept.locale === "en" ? "en" : "zh-CN";
})();
