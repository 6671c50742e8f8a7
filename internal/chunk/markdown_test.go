package chunk

import (
	"strings"
	"testing"
)

func TestMarkdownHeadings(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"depths", "# A\n## B\n###### F\n####### no\n#no\n#\n", "1:# A|2:## B|6:###### F|1:#"},
		{"indented", "   # A\n    # no\n\n\t# no\n\na\n    # no\n", "1:# A"},
		{"underlined", "A\n=\nB\n--------  \n\n  C\n   ===\n", "1:A|2:B|1:C"},
		{"underlined paragraph", "a\n    b\nc\n---\nd\n", "2:a\n    b\nc"},
		{"no underline", "a\n\n---\nb\n    ---\nc\n--- -\nd\n=-=\ne\n--|--\n", ""},
		{"under a heading", "# A\n---\nB\n===\n---\n", "1:# A|1:B"},
		{"under a line across the page", "***\nA\n---\n\n- - -\nB\n---\n___\n---\n**\n---\n", "2:A|2:B|2:**"},
		{"a rule that is none", "a\n    ***\n---\n", "2:a\n    ***"},
		{"under a list", "- a\n  b\n---\n1. c\nd\n---\n2) e\n---\n\n+\n---\n\n* f\n---\n", ""},
		{"under a word that begins like a list", "-a\n---\n\n1.a\n---\n\n1986\n---\n", "2:-a|2:1.a|2:1986"},
		{"under a quote, a table, a tag", "> a\n---\n\n| a |\n---\n\n<a>\n---\n", ""},
		{"after a list", "- a\n\nB\n---\n", "2:B"},
		{"under indented code", "a\n\n    b\n---\n", ""},
		{"front matter", "---\na: b\nc: d\n---\nE\n---\n", "2:E"},
		{"front matter that does not end", "---\na: b\n", ""},
		{"front matter that is none", "\n---\na: b\n---\n", "2:a: b"},
		{"fence", "```\n# no\n~~~\n```go\n``\n    ```\n# no\n````  \n# A\n", "1:# A"},
		{"longer fence", "~~~~\n~~~\n# no\n~~~~\n# A\n", "1:# A"},
		{"indented fence", "a\n\n    ```\n# A\n    ```\n# B\n", "1:# A|1:# B"},
		{"fence in a list", "- a\n\n  ```\n  # no\n  ```\n# A\n", "1:# A"},
		{"code in a line", "```a```\n# A\n~~~ `\n# no\n", "1:# A"},
		{"under a fence", "```\na\n```\n---\n", ""},
		{"open fence", "```\na\n---\n# no\n", ""},
	} {
		f := &file{src: []byte(test.src), lang: lookup("markdown")}
		f.rows = scanRows(nil, f.src)
		f.scan()
		defineMarkdown(f)
		p := packer{file: f}
		var list []string
		for _, d := range f.defs {
			list = append(list, string('0'+rune(d.level/perColumn))+":"+p.signature(d.head, d.body))
		}
		if got := strings.Join(list, "|"); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
