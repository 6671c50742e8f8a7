// Documented definitions of the languages that internal/mine does not know: a
// comment directly above a line that begins a definition. It is simple, and what
// it misses is missed.

package main

import (
	"regexp"
	"strings"
)

// style says how a language documents its definitions.
type style struct {
	line  string // begins each line of a documentation comment, "" for none
	block string // opens a comment up to */, "" for none
	plain bool   // block comments of any kind document
	// heredoc opens documentation that """ on a line of its own closes.
	heredoc string
	leads   *regexp.Regexp
	define  *regexp.Regexp // on the line and some after it; the name is the last group that matched
}

// documented is a definition with its documentation.
type documented struct {
	name, text string
	line       int // of the definition in the stripped source, from 1
}

const (
	cLike   = `(?:[\w:<>,~*&\[\]]+[\s*&]+)+[*&]*(?:[\w<>,]+::)*`
	control = `if|for|while|switch|catch|return|else|do|function|foreach|elseif|elsif|unless|until|synchronized|using|lock|with|new|throw|await|typeof|case`
)

var (
	attributes = regexp.MustCompile(`^\s*(#!?\[|@\w|\[[A-Z]|template\s*<)`)

	styles = map[string]style{
		"rust": {
			line:   "///",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:pub(?:\([^)]*\))?\s+)?(?:default\s+)?(?:const\s+|async\s+|unsafe\s+|extern\s+"[^"]*"\s+)*(?:(?:fn|struct|enum|trait|union)\s+(\w+)|macro_rules!\s*(\w+))`),
		},
		"javascript": script,
		"typescript": script,
		"tsx":        script,
		"java": {
			block:  "/**",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:public|protected|private|static|final|abstract|synchronized|native|default|sealed|strictfp)\s+)*(?:(?:class|interface|enum|record|@interface)\s+(\w+)|(?:<[^>]+(?:<[^>]*>)?[^>]*>\s*)?[\w.<>\[\],? &]+\s+(\w+)\s*\([^;{}]*\)[^;{}()]*[;{]|(\w+)\s*\([^;{}]*\)[^;{}()]*\{)`),
		},
		"csharp": {
			line:   "///",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:public|protected|private|internal|static|sealed|abstract|virtual|override|async|partial|readonly|unsafe)\s+)+(?:(?:class|interface|enum|record|struct)\s+(\w+)|[\w.<>\[\],?]+\s+(\w+)\s*(?:<[^>]*>)?\s*\()`),
		},
		"kotlin": {
			block:  "/**",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:public|protected|private|internal|inline|open|override|abstract|suspend|operator|infix|tailrec|data|sealed|value|annotation|enum|external|actual|expect)\s+)*(?:(?:class|interface|object)\s+(\w+)|fun\s+(?:<[^>]+>\s*)?(?:[\w<>?,* ]+\.)?(\w+)\s*\()`),
		},
		"scala": {
			block:  "/**",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:final|sealed|abstract|case|implicit|private(?:\[\w+\])?|protected(?:\[\w+\])?|override|inline|lazy|opaque|transparent|given)\s+)*(?:class|object|trait|def|enum)\s+(\w+)`),
		},
		"php": {
			block:  "/**",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:public|protected|private|static|final|abstract|readonly)\s+)*(?:function\s+&?|class\s+|interface\s+|trait\s+|enum\s+)(\w+)`),
		},
		"swift": {
			line:   "///",
			block:  "/**",
			leads:  attributes,
			define: regexp.MustCompile(`^\s*(?:(?:public|open|internal|fileprivate|private|static|final|override|mutating|class|required|convenience|@\w+)\s+)*(?:func|class|struct|enum|protocol|actor)\s+(\w+)`),
		},
		"c":   native,
		"cpp": native,
		"ruby": {
			line:   "#",
			define: regexp.MustCompile(`^\s*(?:(?:private|public|protected|module_function)\s+)?(?:def\s+(?:self\.)?(\w+[?!=]?)|(?:class|module)\s+(?:\w+::)*(\w+))`),
		},
		"lua": {
			line:   "--",
			define: regexp.MustCompile(`^\s*(?:(?:local\s+)?function\s+(?:[\w.]+[.:])?(\w+)\s*\(|(?:[\w.]+\.)?(\w+)\s*=\s*function\b)`),
		},
		"shell": {
			line:   "#",
			define: regexp.MustCompile(`^\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))`),
		},
		"perl": {
			line:   "#",
			define: regexp.MustCompile(`^\s*sub\s+(\w+)`),
		},
		"haskell": {
			line:   "--",
			define: regexp.MustCompile(`^(?:(\w[\w']*)\s*(?:::|\n\s+::)|(?:data|newtype|type|class)\s+(?:[^=\n]*=>\s*)?(\w+))`),
		},
		"elixir": {
			heredoc: `@doc """`,
			leads:   regexp.MustCompile(`^\s*(?:@|\||when |\w+: )`),
			define:  regexp.MustCompile(`^\s*(?:def|defp|defmacro|defmacrop|defguard)\s+(\w+[?!]?)`),
		},
	}

	script = style{
		block: "/**",
		leads: regexp.MustCompile(`^\s*@\w`),
		define: regexp.MustCompile(`^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:` +
			`(?:async\s+)?function\s*\*?\s*(\w+)|` +
			`(?:abstract\s+)?class\s+(\w+)|(?:interface|enum|type)\s+(\w+)\b|` +
			`(?:const|let|var)\s+(\w+)(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?(?:function\b|\([^;{}]*\)\s*(?::[^=;{}]+)?=>|\w+\s*=>)|` +
			`(?:[\w.]+\.)?(\w+)\s*[=:]\s*(?:async\s*)?(?:function\b|\([^;{}]*\)\s*=>)|` +
			`(?:(?:public|private|protected|static|async|override|get|set|readonly|abstract)\s+)*\*?#?(\w+)\s*(?:<[^>()]*>)?\([^;{}]*\)\s*(?::[^;{}=]+)?\{)`),
	}

	native = style{
		line:  "//",
		block: "/*",
		plain: true,
		leads: attributes,
		define: regexp.MustCompile(`^\s*(?:typedef\s+)?(?:(?:struct|class|union|enum|enum class)\s+(?:[A-Z_]+\s+)?(\w+)[^;(){}=]*\{|` +
			cLike + `(~?\w+)\s*\([^;{}]*\)[\w\s:(),&]*\{)`),
	}

	notNames = regexp.MustCompile(`^(?:` + control + `)$`)
)

// joined is how many lines of a definition are read to know it.
const joined = 10

// stripDocs finds the documented definitions of src and returns it without their
// documentation.
func stripDocs(language string, src []byte) (string, []documented) {
	s := styles[language]
	lines := strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	var kept []string
	var found []documented
	for i := 0; i < len(lines); {
		end, text := s.comment(lines, i)
		if end == i {
			kept = append(kept, lines[i])
			i++
			continue
		}
		at := end
		for s.leads != nil && at < len(lines) && at < end+joined && s.leads.MatchString(lines[at]) {
			at++
		}
		name := s.definition(lines, at)
		if name == "" {
			kept = append(kept, lines[i:end]...)
			i = end
			continue
		}
		kept = append(kept, lines[end:at]...)
		found = append(found, documented{name, text, len(kept) + 1})
		i = at
	}
	return strings.Join(kept, "\n"), found
}

// definition returns the name that the line at begins to define, or "".
func (s style) definition(lines []string, at int) string {
	if s.define == nil || at >= len(lines) || strings.TrimSpace(lines[at]) == "" {
		return ""
	}
	for n := 1; n <= joined && at+n <= len(lines); n++ {
		if m := s.define.FindStringSubmatch(strings.Join(lines[at:at+n], "\n")); m != nil {
			for i := len(m) - 1; i > 0; i-- {
				if m[i] != "" && !notNames.MatchString(m[i]) {
					return m[i]
				}
			}
			return ""
		}
	}
	return ""
}

// comment reads the comment that begins at a line and nothing else stands on; it
// returns the line behind it, and its text. No comment ends where it begins.
func (s style) comment(lines []string, at int) (end int, text string) {
	first := strings.TrimSpace(lines[at])
	if s.block != "" && strings.HasPrefix(first, s.block) && !strings.HasPrefix(first, "/**/") {
		if s.plain && lines[at] != first && !strings.HasPrefix(first, "/**") && !strings.HasPrefix(first, "/*!") {
			return at, "" // likely about a statement
		}
		return blockComment(lines, at)
	}
	if s.heredoc != "" && first == s.heredoc {
		return heredoc(lines, at)
	}
	if s.line == "" || !strings.HasPrefix(first, s.line) || strings.HasPrefix(first, "#!") {
		return at, ""
	}
	var out []string
	for end = at; end < len(lines); end++ {
		rest, ok := strings.CutPrefix(strings.TrimSpace(lines[end]), s.line)
		if !ok {
			break
		}
		out = append(out, strings.TrimLeft(rest, "/#-!*| ^"))
	}
	return end, strings.Join(out, "\n")
}

func blockComment(lines []string, at int) (end int, text string) {
	var out []string
	for end = at; end < len(lines); end++ {
		line, rest, closed := strings.Cut(lines[end], "*/")
		if end == at {
			line = strings.TrimLeft(strings.TrimSpace(line), "/*! ")
		}
		out = append(out, strings.TrimLeft(strings.TrimSpace(line), "* "))
		if closed && strings.TrimSpace(rest) != "" {
			return at, "" // code behind it: no documentation
		}
		if closed {
			return end + 1, strings.Join(out, "\n")
		}
	}
	return at, "" // not closed
}

func heredoc(lines []string, at int) (end int, text string) {
	for end = at + 1; end < len(lines); end++ {
		if line := strings.TrimSpace(lines[end]); line == `"""` {
			return end + 1, text
		} else {
			text += line + "\n"
		}
	}
	return at, ""
}

var (
	aside     = regexp.MustCompile(`(?i)^(?:[@\\]|this file\b|licensed\b|spdx-|[\w ]*\bcopyright\b|=begin)`) // no description begins so
	inlineTag = regexp.MustCompile(`\{@\w+\s+([^{}]*)\}`)
	markup    = regexp.MustCompile(`</?\w+(?:\s[^<>]*)?/?>`)
	markdown  = regexp.MustCompile(`\[([^\[\]]+)\](?:\([^()]*\)|\[[^\[\]]*\])?`)
	brief     = regexp.MustCompile(`^\s*[@\\](?:brief|short|description|desc|summary|abstract|doc)\b:?\s*`)
	command   = regexp.MustCompile(`[@\\](?:c|p|a|e|ref|em)\s+`)
)

// plainDoc takes the markup out of documentation that mine.Describe does not
// know.
func plainDoc(text string) string {
	text = brief.ReplaceAllString(strings.TrimSpace(text), "")
	if aside.MatchString(text) {
		return ""
	}
	text = strings.ReplaceAll(text, "<p>", "\n\n")
	text = inlineTag.ReplaceAllString(text, "$1")
	text = markup.ReplaceAllString(text, "")
	text = markdown.ReplaceAllString(text, "$1")
	text = command.ReplaceAllString(text, "")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		if i > 0 && strings.HasPrefix(strings.TrimSpace(line), `\`) {
			lines[i] = "" // a section, as @ begins one
		}
	}
	return strings.Join(lines, "\n")
}
