// Sets light or dark before anything is drawn, as chosen on this device, else as the system has it.
const kept = "stowage.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => {
  try {
    return localStorage.getItem(kept) ?? "auto";
  } catch {
    return "auto";
  }
};
const apply = () => {
  const choice = chosen();
  document.documentElement.dataset.theme = choice === "auto" ? (
    dark.matches ? "dark" : "light") : choice;
};

/** The theme chosen on this device: light, dark or auto. */
export const theme = chosen;

/** Chooses a theme for this device. */
export const setTheme = (choice) => {
  localStorage.setItem(kept, choice);
  apply();
};

dark.addEventListener?.("change", apply);
apply();
