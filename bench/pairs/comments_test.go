package main

import (
	"reflect"
	"testing"
)

func TestStripDocs(t *testing.T) {
	tests := []struct {
		language, src, stripped string
		want                    []documented
	}{
		{"rust", "/// Waits for `x`.\n///\n/// # Panics\n#[inline]\npub(crate) async fn wait(x: u8) {\n}\n", "#[inline]\npub(crate) async fn wait(x: u8) {\n}\n",
			[]documented{{"wait", "Waits for `x`.\n\nPanics", 2}}},
		{"rust", "use a;\n\n/// A queue.\n#[derive(Debug)]\nstruct Queue<T> {\n  /// its head\n  head: T,\n}", "use a;\n\n#[derive(Debug)]\nstruct Queue<T> {\n  /// its head\n  head: T,\n}",
			[]documented{{"Queue", "A queue.", 4}}},
		{"javascript", "/**\n * Adds numbers.\n * @param a one\n */\nexport default async function add(a, b) {\n}", "export default async function add(a, b) {\n}",
			[]documented{{"add", "\nAdds numbers.\n@param a one\n", 1}}},
		{"javascript", "class A {\n  /** Reads. */\n  async read(x) {\n  }\n  /** Not one. */\n  if (x) {\n  }\n}", "class A {\n  async read(x) {\n  }\n  /** Not one. */\n  if (x) {\n  }\n}",
			[]documented{{"read", "Reads.", 2}}},
		{"typescript", "/** Maps it. */\nexport const map = <T>(x) => x;\n/** Cuts it. */\nconst cut = (x: T): T => x;\n/** A shape. */\nexport interface Shape {\n}", "/** Maps it. */\nexport const map = <T>(x) => x;\nconst cut = (x: T): T => x;\nexport interface Shape {\n}",
			[]documented{{"cut", "Cuts it.", 3}, {"Shape", "A shape.", 4}}},
		{"java", "  /**\n   * Counts the words.\n   */\n  @Override\n  public <T extends A> List<T> count(int a,\n      int b) throws E {\n", "  @Override\n  public <T extends A> List<T> count(int a,\n      int b) throws E {\n",
			[]documented{{"count", "\nCounts the words.\n", 2}}},
		{"c", "/* Frees all.  */\nstatic void\nlist_free(struct list *l)\n{\n}\n/* a prototype */\nint f(int);\n", "static void\nlist_free(struct list *l)\n{\n}\n/* a prototype */\nint f(int);\n",
			[]documented{{"list_free", "Frees all.", 1}}},
		{"c", "/* more */ int x;\n/* never closed\nint f(void) {\n", "/* more */ int x;\n/* never closed\nint f(void) {\n", nil},
		{"c", "int f(void)\n{\n  /* counts */\n  int g(x) {\n", "int f(void)\n{\n  /* counts */\n  int g(x) {\n", nil},
		{"c", "// Frees it.\nvoid *f(int x) {\n// goes on\n  if (x) {\n", "void *f(int x) {\n// goes on\n  if (x) {\n", []documented{{"f", "Frees it.", 1}}},
		{"cpp", "/// Draws the tree.\ntemplate <class T>\nvoid Tree<T>::draw(int x) const {\n}", "template <class T>\nvoid Tree<T>::draw(int x) const {\n}",
			[]documented{{"draw", "Draws the tree.", 2}}},
		{"ruby", "# Says hello.\n# Twice.\ndef self.hello!(x)\nend\n# no definition\nx = 1\n", "def self.hello!(x)\nend\n# no definition\nx = 1\n",
			[]documented{{"hello!", "Says hello.\nTwice.", 1}}},
		{"php", "  /**\n   * Finds a route.\n   */\n  public static function find($x)\n", "  public static function find($x)\n",
			[]documented{{"find", "\nFinds a route.\n", 1}}},
		{"lua", "--- Splits a string.\n-- @param s it\nfunction M.split(s)\n", "function M.split(s)\n",
			[]documented{{"split", "Splits a string.\n@param s it", 1}}},
		{"shell", "#!/bin/sh\n# Prints the usage.\nusage() {\n", "#!/bin/sh\nusage() {\n",
			[]documented{{"usage", "Prints the usage.", 2}}},
		{"kotlin", "/** Waits a while. */\nsuspend fun <T> Flow<T>.collectAll(n: Int): T {\n", "suspend fun <T> Flow<T>.collectAll(n: Int): T {\n",
			[]documented{{"collectAll", "Waits a while.", 1}}},
		{"scala", "/** Folds the tree. */\nprivate[x] final def fold[A](z: A): A =\n", "private[x] final def fold[A](z: A): A =\n",
			[]documented{{"fold", "Folds the tree.", 1}}},
		{"haskell", "-- | Reads a line.\nreadIt :: IO ()\nreadIt = x\n", "readIt :: IO ()\nreadIt = x\n",
			[]documented{{"readIt", "Reads a line.", 1}}},
		{"elixir", "  @doc \"\"\"\n  Joins them.\n  \"\"\"\n  @spec join(x) :: y\n  def join(x) do\n", "  @spec join(x) :: y\n  def join(x) do\n",
			[]documented{{"join", "Joins them.\n", 2}}},
		{"csharp", "/// <summary>Opens it.</summary>\npublic async Task<int> Open(string s)\n", "public async Task<int> Open(string s)\n",
			[]documented{{"Open", "<summary>Opens it.</summary>", 1}}},
		{"perl", "# Trims it.\nsub trim {\n", "sub trim {\n", []documented{{"trim", "Trims it.", 1}}},
		{"json", "// x\n{}", "// x\n{}", nil},
	}
	for _, tt := range tests {
		stripped, got := stripDocs(tt.language, []byte(tt.src))
		if stripped != tt.stripped || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s, %q:\ngot  %q, %+v\nwant %q, %+v", tt.language, tt.src, stripped, got, tt.stripped, tt.want)
		}
	}
}

func TestPlainDoc(t *testing.T) {
	for text, want := range map[string]string{
		"@deprecated Use the other one.":                "",
		"@param x the number":                           "",
		"This file is part of it.":                      "",
		"@brief Opens a file.":                          "Opens a file.",
		"\\brief Opens \\p name.\n\\param name it":      "Opens name.\n",
		"Gets {@link Foo#bar the bar} of <b>it</b>.":    "Gets Foo#bar the bar of it.",
		"See [`Foo`](http://x) and [bar][1].<p>More.":   "See `Foo` and bar.\n\nMore.",
		"<summary>\nOpens it.\n</summary>\n<param>x</>": "Opens it.\n\nx</>",
	} {
		if got := plainDoc(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzStripDocs(f *testing.F) {
	f.Add("rust", "/// a\nfn f() {}")
	f.Add("c", "/* a */\nint f(void) {")
	f.Add("elixir", "@doc \"\"\"\nx\n\"\"\"\ndef f")
	f.Fuzz(func(t *testing.T, language, src string) {
		stripped, found := stripDocs(language, []byte(src))
		if len(stripped) > len(src) {
			t.Errorf("%d bytes became %d", len(src), len(stripped))
		}
		for _, d := range found {
			if d.name == "" || d.line < 1 {
				t.Errorf("got %+v", d)
			}
		}
	})
}
