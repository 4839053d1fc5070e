// Several countdowns at once: the rice, the oven and the eggs never end together.

export class KitchenTimer extends EventTarget {
  #label;
  #endsAt = 0;
  #remaining;
  #ticking = null;

  constructor(label, seconds) {
    super();
    this.#label = label;
    this.#remaining = seconds * 1000;
  }

  get label() {
    return this.#label;
  }

  get isRunning() {
    return this.#ticking !== null;
  }

  /** Milliseconds left. Computed from the clock: a background tab gets its ticks late. */
  get remaining() {
    return this.isRunning ? Math.max(0, this.#endsAt - Date.now()) : this.#remaining;
  }

  start() {
    if (this.isRunning) {
      return;
    }
    this.#endsAt = Date.now() + this.#remaining;
    this.#ticking = setInterval(() => this.#tick(), 250);
  }

  pauseCountdown() {
    this.#remaining = this.remaining;
    clearInterval(this.#ticking);
    this.#ticking = null;
  }

  addMinutes(minutes) {
    this.#remaining += minutes * 60_000;
    this.#endsAt += minutes * 60_000;
  }

  #tick() {
    this.dispatchEvent(new CustomEvent("tick", { detail: this.remaining }));
    if (this.remaining === 0) {
      this.pauseCountdown();
      this.dispatchEvent(new Event("done"));
    }
  }
}

export function formatCountdown(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Keeps the screen awake while something cooks; silently does without where the browser cannot. */
export async function keepScreenAwake(timers) {
  if (!("wakeLock" in navigator)) {
    return;
  }
  const lock = await navigator.wakeLock.request("screen");
  for (const timer of timers) {
    timer.addEventListener("done", () => {
      if (!timers.some((other) => other.isRunning)) {
        lock.release();
      }
    });
  }
}
