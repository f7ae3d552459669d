// Right, wrong, attention: by sound, vibration, colour and word, so that one of them gets through.
let context = null;
const unlock = () => {
  context ??= window.AudioContext ? new AudioContext() : null;
  context?.resume?.().catch(() => {});
};
for (const name of ["keydown", "pointerdown"]) addEventListener(name, unlock, { capture: true });

const tone = (frequency, startS, lengthS) => {
  const at = context.currentTime + startS;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  oscillator.type = "square";
  gain.gain.setValueAtTime(0.18, at);
  gain.gain.setTargetAtTime(0, at + lengthS * 0.7, 0.02);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + lengthS);
};

// High and short for right, low and double for wrong, rising for attention.
const signals = {
  right: { tones: [[1760, 0, 0.09]], shake: [30] },
  wrong: { tones: [[220, 0, 0.22], [220, 0.28, 0.3]], shake: [80, 60, 80, 60, 80] },
  attention: { tones: [[660, 0, 0.12], [990, 0.15, 0.16]], shake: [60, 40, 60] },
  heard: { tones: [[2400, 0, 0.03]], shake: [] },
};

export const sound = {
  isOn: localStorage.getItem("stowage.sound") !== "off",
  toggle() {
    this.isOn = !this.isOn;
    localStorage.setItem("stowage.sound", this.isOn ? "on" : "off");
  },
};

/** Gives a signal: right, wrong, attention or heard. */
export const signal = (kind) => {
  const { tones, shake } = signals[kind];
  if (shake.length) navigator.vibrate?.(shake);
  if (!sound.isOn || context?.state !== "running") return;
  for (const [frequency, startS, lengthS] of tones) tone(frequency, startS, lengthS);
};

let lock = null;
/** Keeps the screen on while a task is open, where the browser can. */
export const keepAwake = async (isOn) => {
  try {
    if (isOn && !lock) {
      lock = await navigator.wakeLock?.request("screen");
      lock?.addEventListener("release", () => (lock = null));
    } else if (!isOn && lock) {
      await lock.release();
      lock = null;
    }
  } catch {
    lock = null;
  }
};
