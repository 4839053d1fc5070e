/** Scaling a recipe to another number of servings, without asking anyone to weigh 0.37 eggs. */

export interface Ingredient {
  readonly name: string;
  readonly amount: number;
  readonly unit: Unit;
}

export type Unit = "g" | "ml" | "piece" | "tsp" | "tbsp" | "pinch";

export interface Recipe {
  readonly title: string;
  readonly servings: number;
  readonly ingredients: readonly Ingredient[];
  readonly steps: readonly string[];
}

/** The smallest step in which a cook can measure each unit. */
const MEASURABLE_STEP: Record<Unit, number> = {
  g: 5,
  ml: 10,
  piece: 0.5,
  tsp: 0.25,
  tbsp: 0.5,
  pinch: 1,
};

export function roundToMeasurable(amount: number, unit: Unit): number {
  const step = MEASURABLE_STEP[unit];
  return Math.max(step, Math.round(amount / step) * step);
}

/**
 * Spices do not scale linearly: twice the stew needs about 1.6 times the chilli.
 * The exponent comes from cooking for the football club, not from a book.
 */
function spiceFactor(factor: number): number {
  return factor > 1 ? Math.pow(factor, 0.7) : factor;
}

const STRONG_SPICES = new Set(["chilli", "cayenne", "clove", "nutmeg", "salt", "saffron"]);

export function scaleRecipe(recipe: Recipe, wantedServings: number): Recipe {
  if (!Number.isFinite(wantedServings) || wantedServings <= 0) {
    throw new RangeError(`cannot cook for ${wantedServings} people`);
  }
  const factor = wantedServings / recipe.servings;
  const ingredients = recipe.ingredients.map((ingredient) => {
    const own = STRONG_SPICES.has(ingredient.name) ? spiceFactor(factor) : factor;
    return { ...ingredient, amount: roundToMeasurable(ingredient.amount * own, ingredient.unit) };
  });
  return { ...recipe, servings: wantedServings, ingredients };
}

/** Baking time grows with the thickness of the dough, not with its weight. */
export function adjustBakingMinutes(minutes: number, oldTinArea: number, newTinArea: number, factor: number): number {
  const thickness = (factor * oldTinArea) / newTinArea;
  return Math.round(minutes * Math.sqrt(thickness));
}
