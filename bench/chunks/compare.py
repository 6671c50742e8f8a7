"""Compares the definitions that hunch finds with those of tree-sitter.

    go run ./bench/chunks FOLDER... | python3 bench/chunks/compare.py [--list LANGUAGE]

Counted are functions and types of more than one line. A definition is the same
if its first line, annotations apart, and its last line are. See README.md.
"""

import argparse
import collections
import json
import random
import re
import sys

from tree_sitter_language_pack import get_parser

FUNCTION, TYPE = "function", "type"

# The nodes that define something, by language. "a>b" is a node a with a child b
# somewhere below on its right side: a value that is a function.
NODES = {
    "go": "function_declaration method_declaration : type_spec",
    "python": "function_definition : class_definition",
    "c": "function_definition : struct_specifier union_specifier enum_specifier",
    "cpp": "function_definition : struct_specifier union_specifier enum_specifier class_specifier",
    "java": "method_declaration constructor_declaration compact_constructor_declaration : class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration",
    "csharp": "method_declaration constructor_declaration destructor_declaration operator_declaration conversion_operator_declaration : class_declaration interface_declaration enum_declaration record_declaration struct_declaration",
    "javascript": "function_declaration generator_function_declaration method_definition variable_declarator>function assignment_expression>function pair>function field_definition>function : class_declaration",
    "typescript": "function_declaration generator_function_declaration method_definition variable_declarator>function assignment_expression>function pair>function public_field_definition>function : class_declaration abstract_class_declaration interface_declaration enum_declaration type_alias_declaration",
    "tsx": "function_declaration generator_function_declaration method_definition variable_declarator>function assignment_expression>function pair>function public_field_definition>function : class_declaration abstract_class_declaration interface_declaration enum_declaration type_alias_declaration",
    "kotlin": "function_declaration secondary_constructor : class_declaration object_declaration companion_object",
    "scala": "function_definition : class_definition trait_definition object_definition enum_definition",
    "swift": "function_declaration protocol_function_declaration init_declaration deinit_declaration subscript_declaration : class_declaration protocol_declaration",
    "rust": "function_item function_signature_item : struct_item enum_item union_item trait_item impl_item mod_item macro_definition",
    "zig": "",
    "php": "function_definition method_declaration : class_declaration interface_declaration trait_declaration enum_declaration",
    "ruby": "method singleton_method : class module",
    "lua": "function_declaration assignment_statement>function field>function :",
    "elixir": "",
    "shell": "function_definition :",
    "haskell": "",
}
PARSERS = {"shell": "bash"}
COMMENTS = {"comment", "block_comment", "line_comment", "multiline_comment", "haddock"}
BESIDE = {"shell": b"@test"}  # definitions that the oracle's grammar does not know
FUNCTIONS = {"arrow_function", "function_expression", "function", "generator_function", "function_definition"}
BEFORE = {"decorator", "annotation", "marker_annotation", "attribute_list", "attribute", "attribute_item", "comment", "line_comment", "block_comment", "multiline_comment", "preproc_if_in_attribute_list"}
INSIDE = {"modifiers", "modifier_list"}


def start_row(node):
    for child in node.children:
        if child.type in BEFORE:
            continue
        if child.type in INSIDE:
            inner = [c for c in child.children if c.type not in BEFORE]
            if not inner:
                continue
            return inner[0].start_point[0]
        return child.start_point[0]
    return node.start_point[0]


def last_row(node, src):
    """The row of the last character that is no space; some nodes hold the space behind them."""
    while True:
        inner = [c for c in node.children if c.type not in COMMENTS and src[c.start_byte : c.end_byte].strip()]
        if not inner:
            break
        node = inner[-1]
    end = node.end_byte
    while end > node.start_byte and src[end - 1 : end].isspace():
        end -= 1
    return node.end_point[0] - src.count(b"\n", end, node.end_byte)


def oracle(language, src):
    """Yields (kind, first line, last line, broken) of each definition."""
    parser = get_parser(PARSERS.get(language, language))
    tree = parser.parse(src)
    if language in CUSTOM:
        yield from CUSTOM[language](tree.root_node, src)
        return
    functions, types = (set(s.split()) for s in NODES[language].split(":"))
    plain = {n: FUNCTION for n in functions} | {n: TYPE for n in types}
    stack = [tree.root_node]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.type == "token_tree":  # of a macro of Rust, which the grammar does not parse
            yield None, node.start_point[0] + 1, node.end_point[0] + 1, True
            continue
        kind = plain.get(node.type)
        at = node
        if kind is None and node.type + ">function" in functions:
            value = node.children[-1] if node.children else None
            if value is not None and value.type == "expression_list":
                value = value.children[0]
            if node.type == "assignment_expression" and node.children[0].type != "member_expression":
                continue
            if value is not None and value.type in FUNCTIONS:
                kind = FUNCTION
            if value is not None and value.type == "class" and node.type == "variable_declarator":
                kind = TYPE
            if kind:
                if node.parent is not None and node.parent.type in ("lexical_declaration", "variable_declaration"):
                    at = node.parent
        if kind is None or not node.is_named:
            continue
        if language in ("c", "cpp") and kind == TYPE and not (node.child_by_field_name("body") and (node.child_by_field_name("name") or node.parent.child_by_field_name("declarator"))):
            continue
        while at.parent is not None and at.parent.type in ("template_declaration", "friend_declaration", "export_statement"):
            at = at.parent
        first = start_row(at) + 1
        yield kind, first, last_row(node, src) + 1, node.has_error


def elixir(root, src):
    kinds = {"defmodule": TYPE, "defprotocol": TYPE, "defimpl": TYPE, "def": FUNCTION, "defp": FUNCTION,
             "defmacro": FUNCTION, "defmacrop": FUNCTION, "test": FUNCTION, "describe": TYPE}
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.type != "call" or not node.children:
            continue
        kind = kinds.get(node.children[0].text.decode("utf-8", "replace"))
        if kind:
            yield kind, node.start_point[0] + 1, node.end_point[0] + 1, node.has_error


def haskell(root, src):
    """Functions with all their clauses and the signature, and types."""
    kinds = {"data_type": TYPE, "newtype": TYPE, "class": TYPE, "instance": TYPE, "type_synomym": TYPE}
    blocks = [n for n in root.children if n.type == "declarations"]
    while blocks:
        block = blocks.pop()
        group = None
        for node in block.children:
            if node.type in ("class", "instance"):
                blocks += [n for n in node.children if n.type in ("class_declarations", "instance_declarations")]
            name = node.child_by_field_name("name")
            last = last_row(node, src) + 1
            if node.type in ("signature", "function", "bind", "class_decl"):
                text = name.text if name is not None else None
                if group and text is not None and group[0] == text:
                    group[2], group[3] = last, group[3] or node.has_error
                else:
                    if group:
                        yield FUNCTION, *group[1:4]
                    group = [text, node.start_point[0] + 1, last, node.has_error]
                continue
            if node.type in ("comment", "haddock", "pragma"):
                continue
            if group:
                yield FUNCTION, *group[1:4]
                group = None
            if node.type in kinds:
                yield kinds[node.type], node.start_point[0] + 1, last, node.has_error
        if group:
            yield FUNCTION, *group[1:4]


def zig(root, src):
    """Functions with a body, tests, and types that are the value of a constant."""
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        types = [c.type for c in node.children]
        kind = None
        if node.type == "TestDecl" or "FnProto" in types and "Block" in types:
            kind = FUNCTION
        elif node.type == "Decl" and types and types[0] == "VarDecl" and ZIG_TYPE.match(node.text):
            kind = TYPE
        if kind:
            before = node.prev_sibling
            at = before if before is not None and before.type == "pub" else node
            while at.prev_sibling is not None and at.prev_sibling.type in ("export", "extern", "inline", "noinline"):
                at = at.prev_sibling
            yield kind, at.start_point[0] + 1, last_row(node, src) + 1, node.has_error


ZIG_TYPE = re.compile(rb"(const|var)\s+\w+\s*=\s*((packed|extern)\s+)?(struct|enum|union|opaque|error)\b")
CUSTOM = {"zig": zig, "elixir": elixir, "haskell": haskell}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--list", metavar="LANGUAGE", help="show differences of a language")
    args.add_argument("--count", type=int, default=40, help="how many")
    args.add_argument("--most", type=int, default=1000, help="files of a language, chosen at random")
    args = args.parse_args()
    files, ours = {}, collections.defaultdict(list)
    for line in sys.stdin:
        d = json.loads(line)
        if d["kind"] == "file":
            files[d["path"]] = d["language"]
        elif d["kind"] in (FUNCTION, TYPE) and d["end"] > d["start"]:
            ours[d["path"]].append((d["kind"], d["start"], d["end"]))
    by_language = collections.defaultdict(list)
    for path, language in sorted(files.items()):
        if language in NODES and (not args.list or language == args.list):
            by_language[language].append(path)
    print("language    files  theirs    same  missed  extra  agreement")
    for language, paths in sorted(by_language.items()):
        random.Random(1).shuffle(paths)
        row, differences = judge(language, paths[: args.most], ours)
        print("%-11s %5d %7d %7d %7d %6d %9.1f%%" % (language, *row))
        if args.list:
            random.Random(2).shuffle(differences)
            for d in differences[: args.count]:
                print(*d)


def judge(language, paths, ours):
    theirs_n = same = missed = extra = 0
    differences = []
    for path in paths:
        src = open(path, "rb").read()
        if len(src) > 1 << 20 or max(map(len, src.split(b"\n"))) > 5000:  # minified, which hunch skips
            continue
        theirs, broken = set(), []
        for kind, first, last, error in oracle(language, src):
            if error:
                broken.append((first, last))
            elif last > first:
                theirs.add((first, last))
        lines = src.split(b"\n")
        beside = BESIDE.get(language)
        mine = {(first, last) for _, first, last in ours[path] if not beside or not lines[first - 1].startswith(beside)}
        inside = {m for m in mine if any(a - 1 <= m[0] <= b for a, b in broken)}
        theirs_n += len(theirs)
        same += len(theirs & mine)
        for first, last in sorted(theirs - mine):
            missed += 1
            near = [m for m in mine if m[0] == first or m[1] == last]
            differences.append(("missed", "%s:%d-%d" % (path, first, last), near or ""))
        for first, last in sorted(mine - theirs - inside):
            extra += 1
            differences.append(("extra", "%s:%d-%d" % (path, first, last)))
    agreement = 100 * same / max(1, same + missed + extra)
    return (len(paths), theirs_n, same, missed, extra, agreement), differences


if __name__ == "__main__":
    main()
