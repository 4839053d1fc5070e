"""Symbols of many languages by their qualified names; the whole file stays, whatever its state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.code import MAX_BYTES
from qwen_finder.extraction.registry import Limits

Read = Callable[..., Document]

PYTHON = '''import os

# The rate.
RATE = 3


# Money in and out.
@dataclass
class Account:
    """Überweisung."""

    balance: int = 0

    @property
    def empty(self):
        return not self.balance

    async def withdraw(self, amount):
        def inner():
            pass


def main():
    pass


if __name__ == "__main__":
    main()
'''

SOURCES: dict[str, tuple[str, set[str]]] = {
    "a.js": ("/** Adds. */\nexport function add(a) {}\nconst mul = (a) => a;\n"
             "class Cart { total() { return 1; } }\n",
             {"add", "mul", "Cart.total"}),
    "a.ts": ("export interface Shape { area(): number; }\ntype Id = string;\n"
             "abstract class Box { area() { return 1; } }\n",
             {"Shape.area", "Id", "Box.area"}),
    "a.java": ("package a;\npublic class Account {\n  @Override\n"
               "  public int withdraw(int x) { return x; }\n}\n",
               {"Account", "Account.withdraw"}),
    "a.c": ("#include <a.h>\nstruct point { int x; };\n"
            "static int *add(int a)\n{\n  return 0;\n}\n", {"point", "add"}),
    "a.cpp": ("namespace geo {\nclass Vec {\n  int len() { return 1; }\n};\n}\nvoid geo::run() {}\n",
              {"geo.Vec.len", "geo::run"}),
    "a.go": ("package m\n"
             "type Account struct { X int }\nfunc (a *Account) Withdraw(x int) {}\nfunc main() {}\n",
             {"Account", "Account.Withdraw", "main"}),
    "a.rs": ("/// Doc\n#[derive(Debug)]\nstruct P { x: i32 }\n"
             "impl P {\n  fn go(&self) {}\n}\n", {"P", "P.go"}),
    "a.rb": ("module Bank\n  class Account\n    def withdraw(x)\n      x\n    end\n  end\nend\n",
             {"Bank.Account.withdraw"}),
    "a.php": ("<?php\nclass A { function go() {} }\nfunction helper() {}\n", {"A.go", "helper"}),
    "a.kt": ("object O { fun z() {} }\nfun main() {}\n", {"O.z", "main"}),
    "a.swift": ("struct S { func go() -> Int { 1 } }\nfunc top() {}\n", {"S.go", "top"}),
    "a.cs": ("namespace Bank { class Account { int Go(int x) { return x; } } }\n", {"Bank.Account.Go"}),
    "a.scala": ("object M { def go(x: Int): Int = x }\n", {"M.go"}),
    "a.dart": ("class A { int x = 1; }\nvoid main() {}\n", {"A", "main"}),
    "a.lua": ("function M.go(x) return x end\nlocal function loc() end\n", {"M.go", "loc"}),
    "a.sh": ("greet() { echo hi; }\nfunction bye { echo bye; }\n", {"greet", "bye"}),
    "a.sql": ("CREATE TABLE users (id INT);\nCREATE VIEW v AS SELECT 1;\n", {"users", "v"}),
    "a.r": ("f <- function(x) { x }\n", {"f"}),
    "a.jl": ("module M\nfunction go(x)\n  x\nend\nend\n", {"M.go"}),
    "a.hs": ("module Main where\nadd :: Int -> Int\nadd x = x + 1\n", {"add"}),
    "a.ex": ("defmodule Bank.Account do\n  def withdraw(x), do: x\nend\n", {"Bank.Account.withdraw"}),
    "a.clj": ("(ns a.b)\n(defn withdraw [x] x)\n", {"withdraw"}),
    "a.tf": ('resource "bucket" "logs" {\n  a = 1\n}\n', {"resource bucket logs"}),
    "a.proto": ('syntax = "proto3";\nmessage User { string name = 1; }\n', {"User"}),
    "Makefile": ("CC=gcc\nall: a b\n\techo x\nclean:\n\trm x\n", {"all", "clean"}),
}  # fmt: skip


def names(document: Document) -> list[str]:
    return [".".join(segment.path) for segment in document.segments]


def test_python_symbols_in_order_and_nothing_lost(read: Read) -> None:
    document = read("bank.py", PYTHON)
    assert document.kind is Kind.CODE
    assert "".join(segment.text for segment in document.segments) == PYTHON
    assert names(document) == ["", "Account", "Account.empty", "Account.withdraw", "main", ""]
    by_name = dict(zip(names(document), document.segments, strict=True))
    assert by_name["Account"].text.startswith("# Money in and out.\n@dataclass\n")
    assert by_name["Account.empty"].text.startswith("    @property\n")
    assert "inner" in by_name["Account.withdraw"].text
    for segment in document.segments:
        assert segment.line == PYTHON.count("\n", 0, segment.start) + 1


@pytest.mark.parametrize("name", SOURCES)
def test_symbols_of_other_languages(read: Read, name: str) -> None:
    source, expected = SOURCES[name]
    document = read(name, source)
    assert "".join(segment.text for segment in document.segments) == source
    assert expected <= set(names(document))


def test_damaged_source_keeps_its_text_and_other_symbols(read: Read) -> None:
    source = "def good():\n    pass\n\ndef broken(:\n  ]]]\n\nclass Fine:\n    def go(self):\n        pass\n"
    document = read("a.py", source)
    assert "".join(segment.text for segment in document.segments) == source
    assert "good" in names(document)


def test_source_that_is_too_large_to_parse_is_one_segment(read: Read) -> None:
    document = read("bundle.js", "function f(){}\n" * (MAX_BYTES // 15 + 1), Limits(10**7, 10**7))
    assert names(document) == [""]


def test_deeply_nested_source(read: Read) -> None:
    source = "namespace a {" * 2000 + "}" * 2000
    assert "".join(segment.text for segment in read("a.cpp", source).segments) == source
