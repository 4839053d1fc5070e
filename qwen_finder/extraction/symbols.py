"""What a syntax tree's node is to a reader of the program, and what it is called.

Grammars agree well enough on what they call a function or a class that one table of node types serves all;
the few that see only calls or lists (Elixir, Clojure, HCL) are told apart by the words they begin with.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache

from tree_sitter import Node

from qwen_finder.extraction.segments import Path, name_of


class Role(Enum):
    """What a node is to the walk over a tree."""

    LEAF = auto()  # a symbol whose inside is not looked at
    SCOPE = auto()  # a symbol that holds symbols
    WRAPPER = auto()  # no symbol, but may hold some
    BINDING = auto()  # a variable: a symbol when a function or class is assigned to it
    COMMENT = auto()
    OTHER = auto()


_LEAF = re.compile(
    r"""(?:generator_|local_|async_)?(?:function|method|procedure|subroutine|subprogram|func|macro|constructor
    |destructor|init|deinit|secondary_constructor|compact_constructor|operator|modifier|event|class_method
    |test|value|short_function)
    _(?:definition|declaration|item|signature|statement|declaration_statement|def|body|clause)
    |function|function_item|fun_decl|function_def|macro_def|preproc_function_def|method|singleton_method
    |method_elem|method_signature|protocol_function_declaration|subroutine|rule|target|service|enum|FnProto
    |(?:type_alias|typedef|type)_(?:item|definition|statement|alias)|type_alias|type_spec|alias_declaration
    |data_type|newtype|signature|bind|type_alias_declaration
    |create_(?:table|view|materialized_view|function|index|trigger|procedure|type|schema)(?:_statement)?""",
    re.VERBOSE,
)
_SCOPE = re.compile(
    r"""(?:abstract_)?(?:class|struct|union|enum|interface|trait|impl|mod|module|namespace|object|protocol
    |extension|record|mixin|contract|library|annotation_type|delegate|actor)
    _(?:definition|declaration|item|specifier|statement|interface|implementation)
    |class|module|message|singleton_class|internal_module|file_scoped_namespace_declaration|companion_object""",
    re.VERBOSE,
)
_WRAPPER = re.compile(
    r""".*_body|.*_list|.*block|body|body_statement|structure|module_binding|export_statement|type_declaration
    |decorated_definition|template_declaration|preproc_.*|linkage_specification|declarations?|statement
    |ambient_declaration|expression_statement|compilation_unit|section.*|interface|implementation
    |implementation_definition|unit|class_member.*|member_declaration|external_declaration|Decl""",
    re.VERBOSE,
)
_BINDING = re.compile(
    r"lexical_declaration|variable_declaration|binary_operator|assignment|public_field_definition"
)
_FUNCTION_VALUE = re.compile(r".*(?:function|class|lambda).*")
_COMMENT = re.compile(r".*comment.*|attribute_item|decorator|attribute|annotation|haddock")
_NAME = re.compile(r"(?:.*_)?identifier|IDENTIFIER|.*_name|name|constant|word|object_reference|variable")
_NAME_HOLDER = re.compile(
    r"targets|type_head|signature|let_binding|type_binding|call_expression|class_header"
)

_ELIXIR_SCOPES = frozenset({"defmodule", "defprotocol", "defimpl"})
_ELIXIR_LEAVES = frozenset({"def", "defp", "defmacro", "defmacrop", "defguard", "test", "describe"})


def symbol(node: Node, grammar: str) -> tuple[Role, Path]:
    """The role of ``node`` and the name it adds to the path: empty for anything but a named symbol."""
    if grammar in ("elixir", "clojure", "hcl"):
        return _by_first_word(node, grammar)
    role = _role(node.type)
    if role is Role.BINDING:
        return role, _bound_name(node)
    return (role, _name(node)) if role in (Role.LEAF, Role.SCOPE) else (role, ())


@cache
def _role(kind: str) -> Role:
    for pattern, role in (
        (_COMMENT, Role.COMMENT),
        (_SCOPE, Role.SCOPE),
        (_LEAF, Role.LEAF),
        (_BINDING, Role.BINDING),
        (_WRAPPER, Role.WRAPPER),
    ):
        if pattern.fullmatch(kind):
            return role
    return Role.OTHER


def _name(node: Node) -> Path:
    named = (
        node.child_by_field_name("name")
        or _declared(node.child_by_field_name("declarator"))
        or node.child_by_field_name("type")
        or _first_name(node)
    )
    if named is None:
        return ()
    name = _text(named)
    receiver = node.child_by_field_name("receiver")
    if receiver is not None and (owner := re.findall(r"\w+", _text(receiver).split("[")[0])):
        return (owner[-1], name)
    return (name,) if name else ()


def _bound_name(node: Node) -> Path:
    """The name to which a function or class is assigned."""
    for child in (node, *node.named_children):
        for target, value in (("name", "value"), ("left", "right"), ("lhs", "rhs")):
            bound, assigned = child.child_by_field_name(target), child.child_by_field_name(value)
            if bound is not None and assigned is not None and _FUNCTION_VALUE.fullmatch(assigned.type):
                return (_text(bound),)
    return ()


def _declared(node: Node | None) -> Node | None:
    """The name inside a C declarator: pointers and parameter lists peeled off."""
    while node is not None:
        inner = node.child_by_field_name("declarator")
        if inner is None:
            return node if _NAME.fullmatch(node.type) else _first_name(node)
        node = inner
    return None


def _first_name(node: Node, depth: int = 3) -> Node | None:
    for child in node.named_children[:8]:
        if _NAME.fullmatch(child.type):
            return child
        if depth and _NAME_HOLDER.fullmatch(child.type) and (found := _first_name(child, depth - 1)):
            return found
    return None


def _by_first_word(node: Node, grammar: str) -> tuple[Role, Path]:
    if _COMMENT.fullmatch(node.type):
        return Role.COMMENT, ()
    children = node.named_children
    if grammar == "hcl" and node.type == "block":
        words = [_text(child).strip('"') for child in children if child.type in ("identifier", "string_lit")]
        return Role.LEAF, (" ".join(words),)
    if grammar == "clojure" and node.type == "list_lit" and len(children) > 1:
        word = _text(children[0])
        return (Role.LEAF, (_text(children[1]),)) if word.startswith("def") else (Role.OTHER, ())
    if grammar == "elixir" and node.type == "call" and len(children) > 1:
        word, name = _text(children[0]), re.split(r"[(,]", _text(children[1]))[0].strip()
        if word in _ELIXIR_SCOPES:
            return Role.SCOPE, (name,)
        return (Role.LEAF, (name,)) if word in _ELIXIR_LEAVES else (Role.OTHER, ())
    return (Role.WRAPPER if node.type in ("body", "do_block") else Role.OTHER), ()


def _text(node: Node) -> str:
    return name_of((node.text or b"")[:400].decode("utf-8", "replace"))
