// A small HTTP server for the recipe box. No framework: three routes do not need one.
import { createReadStream } from "node:fs";
import { readFile, writeFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const PUBLIC_DIR = path.resolve(import.meta.dirname, "../public");
const RECIPES_FILE = path.resolve(import.meta.dirname, "../recipes.json");

const CONTENT_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
};

async function loadRecipes() {
  return JSON.parse(await readFile(RECIPES_FILE, "utf8"));
}

/** Write beside the file and rename: a power cut must not cost the family its recipes. */
async function saveRecipesAtomically(recipes) {
  const draft = `${RECIPES_FILE}.draft`;
  await writeFile(draft, JSON.stringify(recipes, null, 2));
  await rename(draft, RECIPES_FILE);
}

async function readJsonBody(request, limit = 64 * 1024) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > limit) {
      throw Object.assign(new Error("the recipe is too long"), { status: 413 });
    }
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function sendJson(response, status, value) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

/** Answers only with files below the public folder, whatever dots the address holds. */
async function serveStaticFile(url, response) {
  const wanted = path.join(PUBLIC_DIR, path.normalize(decodeURIComponent(url.pathname)));
  const file = wanted.endsWith(path.sep) ? path.join(wanted, "index.html") : wanted;
  if (!file.startsWith(PUBLIC_DIR + path.sep)) {
    return sendJson(response, 403, { error: "outside of the public folder" });
  }
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) {
    return sendJson(response, 404, { error: "not found" });
  }
  response.writeHead(200, {
    "content-type": CONTENT_TYPES[path.extname(file)] ?? "application/octet-stream",
    "content-length": found.size,
  });
  createReadStream(file).pipe(response);
}

async function route(request, response) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/api/recipes" && request.method === "GET") {
    return sendJson(response, 200, await loadRecipes());
  }
  if (url.pathname === "/api/recipes" && request.method === "POST") {
    const recipes = await loadRecipes();
    recipes.push(await readJsonBody(request));
    await saveRecipesAtomically(recipes);
    return sendJson(response, 201, { count: recipes.length });
  }
  return serveStaticFile(url, response);
}

const server = createServer((request, response) => {
  route(request, response).catch((error) => sendJson(response, error.status ?? 500, { error: error.message }));
});

server.listen(Number(process.env.PORT ?? 8090), "127.0.0.1");
