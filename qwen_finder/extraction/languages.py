"""Which programming language a file is in, as the name of its grammar."""

from __future__ import annotations

import re

_GRAMMARS: dict[str, str] = {
    "python": "py pyi pyw sage",
    "cython": "pyx pxd",
    "javascript": "js mjs cjs jsx",
    "typescript": "ts mts cts",
    "tsx": "tsx",
    "java": "java",
    "kotlin": "kt kts",
    "scala": "scala sc",
    "groovy": "groovy gradle",
    "clojure": "clj cljs cljc edn",
    "c": "c",
    "cpp": "h cc cpp cxx c++ hh hpp hxx h++ inl ipp",
    "cuda": "cu cuh",
    "objc": "m mm",
    "csharp": "cs",
    "fsharp": "fs fsx",
    "go": "go",
    "rust": "rs",
    "ruby": "rb rake gemspec",
    "php": "php phtml",
    "perl": "pl pm",
    "swift": "swift",
    "dart": "dart",
    "lua": "lua",
    "r": "r",
    "julia": "jl",
    "haskell": "hs",
    "elm": "elm",
    "ocaml": "ml",
    "erlang": "erl hrl",
    "elixir": "ex exs",
    "zig": "zig",
    "bash": "sh bash zsh ksh",
    "powershell": "ps1 psm1 psd1",
    "sql": "sql psql",
    "css": "css",
    "scss": "scss",
    "proto": "proto",
    "hcl": "tf tfvars hcl",
    "nix": "nix",
    "solidity": "sol",
    "fortran": "f90 f95 f03 f08",
    "ada": "adb ads",
    "d": "d",
    "pascal": "pas pp lpr",
    "verilog": "v sv svh",
    "vhdl": "vhd vhdl",
    "cmake": "cmake",
    "make": "mk mak make",
    "vim": "vim",
}
_BY_EXTENSION = {
    extension: grammar for grammar, extensions in _GRAMMARS.items() for extension in extensions.split()
}
_BY_NAME = {
    "makefile": "make",
    "gnumakefile": "make",
    "cmakelists.txt": "cmake",
    "rakefile": "ruby",
    "gemfile": "ruby",
    "vagrantfile": "ruby",
    "podfile": "ruby",
    ".bashrc": "bash",
    ".bash_profile": "bash",
    ".profile": "bash",
    ".zshrc": "bash",
}
_BY_INTERPRETER = {
    "python": "python",
    "sh": "bash",
    "bash": "bash",
    "dash": "bash",
    "zsh": "bash",
    "ksh": "bash",
    "node": "javascript",
    "ruby": "ruby",
    "perl": "perl",
    "php": "php",
    "lua": "lua",
    "rscript": "r",
}
_SHEBANG = re.compile(rb"#!\s*(?:\S*/)?([^/\s]+)(?:[ \t]+(?:-S[ \t]+)?([\w.+-]+))?")


def grammar_for(name: str, extension: str, head: bytes) -> str:
    """The grammar for a file by name, extension or ``#!`` line; "" when it is in none we know."""
    known = _BY_NAME.get(name.lower()) or _BY_EXTENSION.get(extension)
    if known or not head.startswith(b"#!"):
        return known or ""
    shebang = _SHEBANG.match(head[:200])
    if shebang is None:
        return ""
    program = shebang[2] if shebang[1] == b"env" and shebang[2] else shebang[1]
    return _BY_INTERPRETER.get(program.decode("latin-1").lower().rstrip("0123456789."), "")
