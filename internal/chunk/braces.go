package chunk

// The languages of which braces mark the blocks and semicolons or lines the
// statements: C and its descendants.

var (
	slashes     = []string{"//"}
	slashStar   = quote{open: "/*", close: "*/", multi: true, comment: true}
	nestedStar  = quote{open: "/*", close: "*/", multi: true, comment: true, nest: true}
	doubleQuote = quote{open: `"`, close: `"`, escape: true}
	singleQuote = quote{open: "'", close: "'", escape: true}
	charQuote   = quote{open: "'", close: "'", escape: true, short: true}
)

// dollarQuotes are those of Kotlin and Scala.
var dollarQuotes = []quote{
	nestedStar,
	{open: `"""`, close: `"""`, multi: true, inner: []string{"${"}},
	{open: `"`, close: `"`, escape: true, inner: []string{"${"}},
	charQuote,
}

var braceMiddles = []string{"case", "default", "else", "catch", "finally", "public:", "private:", "protected:", "when"}

const controlWords = "if for while switch do else return try catch finally throw case default goto break continue yield foreach synchronized using lock fixed unchecked checked assert await"

func braceLanguages() map[string]*language {
	jsx := javascript()
	table := map[string]*language{
		"javascript": jsx, "typescript": jsx, "tsx": jsx,
		"c":          cLanguage(false),
		"cpp":        cLanguage(true),
		"cuda":       cLanguage(true),
		"objectivec": cLanguage(true),
		"java": {
			comments: slashes,
			quotes:   []quote{slashStar, {open: `"""`, close: `"""`, multi: true, escape: true}, doubleQuote, singleQuote},
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			leads:    []string{"@"},
			middles:  braceMiddles,
			imports:  []string{"import", "package"},
			grammar: &grammar{bare: 2, declared: true, angles: true, annotation: '@', words: roles(map[role]string{
				isModifier: "public private protected static final abstract native synchronized transient volatile strictfp default sealed non",
				isType:     "class interface enum record",
				isControl:  controlWords, isNew: "new", isWhere: "extends implements permits throws",
			})},
		},
		"csharp": {
			comments: slashes,
			quotes: []quote{
				slashStar, {open: `"""`, close: `"""`, multi: true},
				{open: `@"`, close: `"`, multi: true, double: true}, {open: `$@"`, close: `"`, multi: true, double: true}, {open: `@$"`, close: `"`, multi: true, double: true},
				doubleQuote, singleQuote,
			},
			scan:    (*file).scanBytes,
			define:  (*file).settle,
			leads:   []string{"[", "#"},
			middles: braceMiddles,
			imports: []string{"using", "global using", "namespace", "#region"},
			grammar: &grammar{bare: 2, declared: true, angles: true, properties: true, conditional: true, annotation: '[', words: roles(map[role]string{
				isModifier:  "public private protected internal static sealed abstract virtual override readonly partial unsafe extern async new const volatile file required ref",
				isType:      "class interface enum record struct",
				isNamespace: "namespace", isControl: controlWords, isWhere: "where", isOperator: "operator",
				isFunction: "delegate",
			})},
		},
		"kotlin": {
			comments: slashes,
			quotes:   dollarQuotes,
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			leads:    []string{"@"},
			middles:  braceMiddles,
			imports:  []string{"import", "package", "@file:"},
			grammar: &grammar{lines: true, declared: true, indented: true, angles: true, annotation: '@', words: roles(map[role]string{
				isModifier: "public private protected internal open abstract final override lateinit inline noinline crossinline reified suspend tailrec operator infix external const data sealed inner annotation value expect actual companion vararg enum",
				isType:     "class interface object", isFunction: "fun", isNamed: "constructor", isValue: "val var typealias",
				isControl: "if for while when do else return try catch finally throw init", isWhere: "where by",
			})},
		},
		"scala": {
			comments: slashes,
			quotes:   dollarQuotes,
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			leads:    []string{"@"},
			middles:  braceMiddles,
			imports:  []string{"import", "package"},
			grammar: &grammar{lines: true, declared: true, indented: true, refined: true, annotation: '@', words: roles(map[role]string{
				isModifier: "private protected override final abstract implicit lazy sealed inline transparent open opaque infix case",
				isType:     "class trait object enum extension", isFunction: "def given", isValue: "val var type",
				isControl: "if for while match do else return try catch finally throw", isWhere: "extends with derives",
				isNamespace: "package",
			})},
		},
		"swift": {
			comments: slashes,
			quotes: []quote{nestedStar,
				{open: `"""`, close: `"""`, multi: true, escape: true, inner: []string{`\(`}},
				{open: `"`, close: `"`, escape: true, inner: []string{`\(`}}},
			scan:    (*file).scanBytes,
			define:  (*file).settle,
			special: swiftString,
			marks:   "#",
			leads:   []string{"@", "#if"},
			middles: braceMiddles,
			imports: []string{"import", "@testable", "@_exported", "@preconcurrency"},
			grammar: &grammar{lines: true, declared: true, indented: true, angles: true, annotation: '@', words: roles(map[role]string{
				isModifier: "public private fileprivate internal open static final override mutating nonmutating lazy weak unowned required convenience indirect dynamic optional prefix postfix infix nonisolated isolated async package borrowing consuming distributed",
				isType:     "class struct enum protocol extension actor", isFunction: "func macro", isNamed: "init deinit subscript", isValue: "let var typealias associatedtype",
				isControl: "if for while switch do else return guard catch throw repeat defer case", isWhere: "where",
			})},
		},
		"rust": {
			comments: slashes,
			quotes:   []quote{nestedStar, {open: `"`, close: `"`, multi: true, escape: true}, charQuote},
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			special:  rustString,
			marks:    `rb`,
			leads:    []string{"#[", "#!["},
			middles:  []string{"else"},
			imports:  []string{"use", "extern", "pub use", "mod"},
			grammar: &grammar{declared: true, angles: true, annotation: '#', words: roles(map[role]string{
				isModifier: "pub crate async unsafe extern default auto mut dyn",
				isType:     "struct enum union trait mod macro_rules", isImpl: "impl", isFunction: "fn", isValue: "const static type",
				isControl: "if for while loop match else return let", isWhere: "where",
			})},
		},
		"zig": {
			comments: []string{"//", `\\`},
			quotes:   []quote{doubleQuote, charQuote},
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			middles:  []string{"else", "catch"},
			imports:  []string{"usingnamespace"},
			grammar: &grammar{strings: true, typed: true, declared: true, words: roles(map[role]string{
				isModifier: "pub export extern inline noinline comptime threadlocal",
				isFunction: "fn test", isValue: "const var",
				isControl: "if for while switch else return defer errdefer break",
			})},
		},
		"dart": {
			comments: slashes,
			quotes: []quote{nestedStar,
				{open: `r"""`, close: `"""`, multi: true}, {open: `r'''`, close: `'''`, multi: true}, {open: `r"`, close: `"`}, {open: `r'`, close: `'`},
				{open: `"""`, close: `"""`, multi: true, escape: true, inner: []string{"${"}}, {open: `'''`, close: `'''`, multi: true, escape: true, inner: []string{"${"}},
				{open: `"`, close: `"`, escape: true, inner: []string{"${"}}, {open: `'`, close: `'`, escape: true, inner: []string{"${"}}},
			scan:    (*file).scanBytes,
			define:  (*file).settle,
			leads:   []string{"@"},
			middles: braceMiddles,
			imports: []string{"import", "library", "part", "export"},
			grammar: &grammar{bare: 1, declared: true, angles: true, annotation: '@', words: roles(map[role]string{
				isModifier: "abstract static final const late external factory sealed base interface covariant",
				isType:     "class mixin enum extension", isValue: "typedef", isControl: controlWords + " rethrow", isWhere: "extends implements with on async", isOperator: "operator",
			})},
		},
		"php": {
			comments:  []string{"//", "#"},
			isComment: func(s *scanner, at int, r *row) bool { return s.src[at] != '#' || at+1 == r.end || s.src[at+1] != '[' },
			quotes: []quote{slashStar, {open: `"`, close: `"`, multi: true, escape: true, inner: []string{"{$"}},
				{open: "'", close: "'", multi: true, escape: true}, {open: "`", close: "`", multi: true, escape: true}},
			scan:    (*file).scanBytes,
			define:  (*file).settle,
			begin:   phpFirst,
			special: phpSpecial,
			marks:   "?<",
			leads:   []string{"#["},
			middles: braceMiddles,
			imports: []string{"<?php", "namespace", "use", "require", "require_once", "include", "declare"},
			grammar: &grammar{declared: true, annotation: '#', words: roles(map[role]string{
				isModifier: "public private protected static final abstract readonly var",
				isType:     "class interface trait enum", isFunction: "function", isValue: "const", isNew: "new",
				isNamespace: "namespace", isControl: controlWords + " elseif use match echo declare endif", isWhere: "extends implements",
			})},
		},
		"protobuf": {
			comments: slashes,
			quotes:   []quote{slashStar, doubleQuote, singleQuote},
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			imports:  []string{"import", "package", "syntax", "option", "edition"},
			grammar: &grammar{declared: true, words: roles(map[role]string{
				isType: "message enum service oneof extend", isFunction: "rpc", isControl: "option reserved",
			})},
		},
		"hcl": {
			comments: []string{"#", "//"},
			quotes:   []quote{slashStar, {open: `"`, close: `"`, escape: true, inner: []string{"${", "%{"}}},
			scan:     (*file).scanBytes,
			define:   (*file).settle,
			special:  shellDocument,
			marks:    "<",
			grammar:  &grammar{strings: true, lines: true, words: map[string]role{}},
		},
	}
	for _, name := range []string{"vue", "svelte"} {
		l := javascript()
		l.begin = markupFirst
		l.special = scriptSpecial
		l.marks += "<"
		table[name] = l
	}
	return table
}

// cLanguage returns the description of C, or of C++ and its kin.
func cLanguage(plusPlus bool) *language {
	table := map[role]string{
		isModifier:  "static extern inline volatile register restrict _Noreturn constexpr",
		isSoftType:  "struct enum union",
		isTypedef:   "typedef",
		isControl:   controlWords,
		isAttribute: "__attribute__ __attribute __declspec alignas _Alignas __asm__ asm",
	}
	l := &language{
		comments: slashes,
		quotes:   []quote{slashStar, doubleQuote, charQuote},
		scan:     (*file).scanBytes,
		define:   (*file).settle,
		leads:    []string{"#"},
		middles:  braceMiddles,
		imports:  []string{"#include", "#pragma", "#import"},
	}
	g := &grammar{bare: 2, lastName: true, conditional: true}
	if plusPlus {
		l.special, l.marks = cppString, "R"
		l.leads = []string{"#", "template", "[["}
		l.imports = append(l.imports, "using", "import")
		g.angles = true
		table[isModifier] += " virtual explicit friend consteval constinit mutable thread_local export public private protected"
		table[isSoftType] += " class"
		table[isNamespace] = "namespace"
		table[isOperator] = "operator"
		table[isTemplate] = "template"
		table[isWhere] = "final"
		table[isAttribute] += " noexcept decltype requires throw"
	}
	l.grammar = g
	g.words = roles(table)
	return l
}

// javascript returns the description of JavaScript and TypeScript.
func javascript() *language {
	return &language{
		comments: slashes,
		quotes:   []quote{slashStar, {open: "`", close: "`", multi: true, escape: true, inner: []string{"${"}}, doubleQuote, singleQuote},
		scan:     (*file).scanBytes,
		define:   (*file).settle,
		special:  slashRegex,
		marks:    "/",
		leads:    []string{"@"},
		middles:  braceMiddles,
		imports:  []string{"import", "'use", `"use`, "#!"},
		grammar: &grammar{bare: 1, lines: true, assigned: true, declared: true, angles: true, annotation: '@', words: roles(map[role]string{
			isModifier: "export default async static get set public private protected readonly abstract declare override accessor",
			isType:     "class interface enum namespace module type", isFunction: "function", isValue: "const let var",
			isControl: "if for while switch do else return try catch finally throw case await with", isWhere: "extends implements",
		})},
	}
}
