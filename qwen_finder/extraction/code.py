"""Where the functions, classes and other named things of a program begin, by its tree-sitter grammar.

One walk serves all languages: grammars agree well enough on what they call a function or a class. Bodies of
functions are not entered, so that the cost follows the number of symbols, not of tokens. A file that does
not parse still gives the symbols around the damage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import cache

from tree_sitter import Node, Parser
from tree_sitter_language_pack import get_parser

from qwen_finder.extraction.segments import Mark, Path, name_of

MAX_BYTES = 1_000_000
"""Larger files are usually generated, and minified ones take seconds to parse: they are cut by lines."""

_MAX_DEPTH = 40


class _Role(Enum):
    """What a node is to the walk."""

    LEAF = auto()  # a symbol whose inside is not looked at
    SCOPE = auto()  # a symbol that holds symbols
    WRAPPER = auto()  # no symbol, but may hold some
    BINDING = auto()  # a variable: a symbol when a function or class is assigned to it
    COMMENT = auto()
    OTHER = auto()


_LEAF = re.compile(
    r"""(?:async_|generator_|local_)?(?:function|method|procedure|subroutine|subprogram|func|proc|macro|rule|
    constructor|destructor|init|deinit|secondary_constructor|compact_constructor|operator|lazy_variable)
    _(?:definition|declaration|item|signature|statement|defn|declaration_statement|def|body)
    |function_item|method|singleton_method|method_elem|subroutine_declaration_statement|defproc|subroutine|function
    |(?:type_alias|typedef|type)_(?:declaration|item|definition|statement|alias)|type_alias|type_spec|alias_declaration
    |create_(?:table|view|function|index|trigger|procedure|type|schema)(?:_statement)?|create_materialized_view
    |macro_definition|preproc_function_def|const_item|static_item|message|enum|service|rpc|function_clause|fun_decl
    |target|rule|function_def|macro_def|test_declaration|test_item|event_definition|modifier_definition
    |value_definition|function_declaration_left|decl|instance|data_type|newtype|signature|bind""",
    re.VERBOSE,
)
_SCOPE = re.compile(
    r"""(?:abstract_)?(?:class|struct|union|enum|interface|trait|impl|mod|module|namespace|object|protocol|
    extension|record|mixin|package|contract|library|annotation_type|delegate|companion_object|category|actor)
    _(?:definition|declaration|item|specifier|statement|interface|implementation|decl|defn|body)
    |class|module|singleton_class|impl_item|internal_module|file_scoped_namespace_declaration|extension_declaration
    |class_interface|class_implementation|category_interface|category_implementation|protocol_declaration
    |object_definition|package_statement|type_declaration|trait_item|mod_item|struct_declaration""",
    re.VERBOSE,
)
_WRAPPER = re.compile(
    r""".*_body|.*_list|.*block|body|export_statement|decorated_definition|template_declaration|preproc_.*
    |linkage_specification|declarations?|statement|.*_clause|ambient_declaration|expression_statement
    |compilation_unit|top_level_definition|source_file|section.*|interface|implementation|class_member.*
    |enum_class_body|external_declaration|unit|config_file|member_declaration|class_member_declaration""",
    re.VERBOSE,
)
_BINDING = re.compile(
    r"lexical_declaration|variable_declaration|binary_operator|assignment|public_field_definition"
)
_VALUE = re.compile(r".*(?:function|class|lambda).*")


def symbols(text: str, grammar: str) -> Iterator[Mark]:
    """Where each symbol of ``text`` begins, with its qualified name; and where its scope goes on after it."""
    if len(text) > MAX_BYTES:
        return
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_BYTES:
        return
    tree = _parser(grammar).parse(content)
    offsets = _Offsets(content)
    last = 0
    for start, path in _walk(tree.root_node, content):
        # Grammars may nest what they call a declaration: starts never go back.
        last = max(last, start)
        yield offsets.at(last), path


@cache
def _parser(grammar: str) -> Parser:
    parser: Parser = get_parser(grammar)
    return parser


@cache
def _role(kind: str) -> _Role:
    if "comment" in kind or kind in ("attribute_item", "decorator", "attribute", "annotation"):
        return _Role.COMMENT
    for pattern, role in (
        (_SCOPE, _Role.SCOPE),
        (_LEAF, _Role.LEAF),
        (_BINDING, _Role.BINDING),
        (_WRAPPER, _Role.WRAPPER),
    ):
        if pattern.fullmatch(kind):
            return role
    return _Role.OTHER


def _walk(root: Node, content: bytes, path: Path = (), depth: int = 0) -> Iterator[Mark]:
    """Marks in bytes. Comments and decorators right above a symbol belong to it."""
    lead: int | None = None
    lead_end = 0
    for node in root.named_children:
        role = _role(node.type)
        if role is _Role.COMMENT:
            if lead is None or content.count(b"\n", lead_end, node.start_byte) > 1:
                lead = node.start_byte
            lead_end = node.end_byte
            continue
        start = node.start_byte
        if lead is not None and content.count(b"\n", lead_end, start) <= 1:
            start = lead
        lead = None
        if role is _Role.OTHER or depth > _MAX_DEPTH:
            continue
        names = _names(node, role)
        if names:
            inner = path + names
            yield _line_start(content, start), inner
            if role is _Role.SCOPE:
                yield from _walk(node, content, inner, depth + 1)
            yield _after(content, node.end_byte), path
        elif role in (_Role.WRAPPER, _Role.SCOPE):
            # A decorator or "export" above the symbol: the symbol begins with it.
            marks = _walk(node, content, path, depth + 1)
            first = next(marks, None)
            if first is not None:
                outer = node.type in ("decorated_definition", "export_statement", "template_declaration")
                yield (_line_start(content, start) if outer else first[0]), first[1]
                yield from marks


def _names(node: Node, role: _Role) -> Path:
    """The name of a symbol as parts of a path; empty when it has none."""
    if role is _Role.WRAPPER:
        return ()
    if role is _Role.BINDING:
        return _bound_name(node)
    named = node.child_by_field_name("name") or _declared(node.child_by_field_name("declarator"))
    if named is None and (role is _Role.SCOPE or role is _Role.LEAF):
        named = node.child_by_field_name("type") or _identifier(node)
    if named is None or named.text is None:
        return ()
    name = _text(named)
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        owner = re.findall(r"\w+", re.sub(r"\[.*", "", _text(receiver)))
        return (owner[-1], name) if owner else (name,)
    return (name,) if name else ()


def _bound_name(node: Node) -> Path:
    for child in [node, *node.named_children]:
        value = child.child_by_field_name("value") or child.child_by_field_name("right")
        target = child.child_by_field_name("name") or child.child_by_field_name("left")
        value = value or child.child_by_field_name("rhs")
        target = target or child.child_by_field_name("lhs")
        if value is not None and target is not None and _VALUE.fullmatch(value.type):
            return (_text(target),)
    return ()


def _declared(node: Node | None) -> Node | None:
    """The name inside a C declarator: pointers and parameter lists peeled off."""
    while node is not None:
        inner = node.child_by_field_name("declarator")
        if inner is None:
            return node if "identifier" in node.type or "name" in node.type else _identifier(node)
        node = inner
    return None


def _identifier(node: Node) -> Node | None:
    for child in node.named_children:
        if "identifier" in child.type or child.type in ("name", "word", "constant", "object_reference"):
            return child
    return None


def _text(node: Node) -> str:
    return name_of((node.text or b"")[:400].decode("utf-8", "replace"))


def _line_start(content: bytes, offset: int) -> int:
    """The start of the line when only indentation stands before ``offset`` on it."""
    start = content.rfind(b"\n", max(0, offset - 400), offset) + 1
    return start if not content[start:offset].strip() and (start or not content[:offset].strip()) else offset


def _after(content: bytes, offset: int) -> int:
    """Behind the line end when nothing but punctuation follows on the line."""
    end = content.find(b"\n", offset, offset + 40)
    return end + 1 if end >= 0 and not content[offset:end].strip(b" \t;,})") else offset


class _Offsets:
    """Byte offsets to code-point offsets, asked in ascending order."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._ascii = content.isascii()
        self._byte = 0
        self._character = 0

    def at(self, byte: int) -> int:
        if self._ascii:
            return byte
        # Code points are the bytes that do not continue one; symbols begin at whole ones.
        self._character += len(self._content[self._byte : byte].decode("utf-8", "replace"))
        self._byte = byte
        return self._character
