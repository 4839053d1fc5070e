import type { Ingredient, Recipe, Unit } from "./recipeScaler.js";

/** One line to tick off in the shop. */
export interface ShoppingItem {
  readonly name: string;
  readonly unit: Unit;
  amount: number;
  readonly forRecipes: string[];
}

export type Aisle = "vegetables" | "dairy" | "bakery" | "meat" | "dry goods" | "other";

const AISLE_OF: Readonly<Record<string, Aisle>> = {
  onion: "vegetables",
  carrot: "vegetables",
  spinach: "vegetables",
  butter: "dairy",
  milk: "dairy",
  yoghurt: "dairy",
  egg: "dairy",
  bread: "bakery",
  chicken: "meat",
  flour: "dry goods",
  rice: "dry goods",
  lentil: "dry goods",
};

/** What is always in the house and never belongs on the list. */
const PANTRY_STAPLES: ReadonlySet<string> = new Set(["salt", "pepper", "water", "olive oil"]);

function singular(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.endsWith("oes") ? lower.slice(0, -2) : lower.replace(/(?<!s)s$/, "");
}

export function mergeIngredients(recipes: readonly Recipe[]): ShoppingItem[] {
  const items = new Map<string, ShoppingItem>();
  for (const recipe of recipes) {
    for (const ingredient of recipe.ingredients) {
      addToList(items, recipe.title, ingredient);
    }
  }
  return [...items.values()];
}

function addToList(items: Map<string, ShoppingItem>, title: string, ingredient: Ingredient): void {
  const name = singular(ingredient.name);
  if (PANTRY_STAPLES.has(name)) {
    return;
  }
  const key = `${name}|${ingredient.unit}`;
  const known = items.get(key);
  if (known === undefined) {
    items.set(key, { name, unit: ingredient.unit, amount: ingredient.amount, forRecipes: [title] });
  } else {
    known.amount += ingredient.amount;
    known.forRecipes.push(title);
  }
}

/** The list in the order in which one walks through the supermarket. */
export function groupByAisle(items: readonly ShoppingItem[]): Map<Aisle, ShoppingItem[]> {
  const walk: Aisle[] = ["vegetables", "bakery", "meat", "dairy", "dry goods", "other"];
  const aisles = new Map<Aisle, ShoppingItem[]>(walk.map((aisle) => [aisle, []]));
  for (const item of items) {
    aisles.get(AISLE_OF[item.name] ?? "other")?.push(item);
  }
  for (const [aisle, list] of aisles) {
    if (list.length === 0) {
      aisles.delete(aisle);
    }
  }
  return aisles;
}

export function renderPlainText(aisles: Map<Aisle, ShoppingItem[]>): string {
  return [...aisles]
    .map(([aisle, list]) => {
      const lines = list.map((item) => `  [ ] ${item.amount} ${item.unit} ${item.name}`);
      return `${aisle.toUpperCase()}\n${lines.join("\n")}`;
    })
    .join("\n\n");
}
