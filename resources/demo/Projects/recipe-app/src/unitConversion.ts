/** American recipes for a European kitchen: cups become grams, and that depends on what is in the cup. */

const GRAMS_PER_CUP: Readonly<Record<string, number>> = {
  flour: 125,
  sugar: 200,
  "brown sugar": 220,
  butter: 227,
  oats: 90,
  rice: 185,
  honey: 340,
};

const MILLILITRES_PER_CUP = 236.6;
const GRAMS_PER_OUNCE = 28.35;

export class UnknownDensityError extends Error {
  constructor(readonly ingredient: string) {
    super(`no density known for "${ingredient}": give its weight instead`);
    this.name = "UnknownDensityError";
  }
}

export function cupsToGrams(cups: number, ingredient: string): number {
  const density = GRAMS_PER_CUP[ingredient.toLowerCase()];
  if (density === undefined) {
    throw new UnknownDensityError(ingredient);
  }
  return Math.round(cups * density);
}

export function cupsToMillilitres(cups: number): number {
  return Math.round((cups * MILLILITRES_PER_CUP) / 5) * 5;
}

export function ouncesToGrams(ounces: number): number {
  return Math.round(ounces * GRAMS_PER_OUNCE);
}

/** Ovens are marked in steps of ten degrees, so 350 °F is 180 °C and not 176.7. */
export function fahrenheitToOvenDial(fahrenheit: number): number {
  return Math.round(((fahrenheit - 32) * 5) / 9 / 10) * 10;
}

const VULGAR_FRACTIONS: Readonly<Record<string, number>> = {
  "½": 1 / 2,
  "⅓": 1 / 3,
  "⅔": 2 / 3,
  "¼": 1 / 4,
  "¾": 3 / 4,
};

/** Reads "1½", "1 1/2", "2.5" and "¾" as a number; anything else is NaN. */
export function parseFraction(text: string): number {
  const compact = text.trim();
  const last = compact.at(-1) ?? "";
  if (last in VULGAR_FRACTIONS) {
    const whole = compact.slice(0, -1).trim();
    return (whole === "" ? 0 : Number(whole)) + VULGAR_FRACTIONS[last];
  }
  const match = /^(?:(\d+)\s+)?(\d+)\/(\d+)$/.exec(compact);
  if (match) {
    return Number(match[1] ?? 0) + Number(match[2]) / Number(match[3]);
  }
  return compact === "" ? Number.NaN : Number(compact);
}
