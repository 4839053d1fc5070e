"""From a query to hits: parse → retrieve → fuse → group → show. Knows ports only, no model, no database."""
