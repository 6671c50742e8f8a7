package chunk

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// unusual are files that are valid, if not what one would write.
var unusual = []string{
	"package a; import \"b\"; var x, y = 1, 2; func f() {}; type T int",
	"package a\n\n/* one */ /* two */\n// three\nfunc f() {}\n",
	"package a // a\n// b\nfunc f() {} // c\n// d\nfunc g() {} /* e\n*/\nfunc h() {}\n",
	"package a\n\n// far\n\n// near\nvar x = `\n}` // after\n// k\nconst (\n\t// A\n\tA = iota\n\t_ // none\n\n\tB, _, C = 1., '\"', \"'\\\"\"\n)\n",
	"package a\n\nfunc f() struct{ x int } {\n\treturn struct{ x int }{}\n}\n\nfunc g() interface{}\n\nfunc h() func() {\n\treturn nil\n}\n",
	"package a\n\nfunc (t *T[K, V]) f() {}\n\nfunc (_ (T)) g() {}\n\nfunc (T,) h() {}\n\nfunc (a, b, c T) i() {}\n\nfunc (a T, b U) j() {}\n",
	"package a\n\nfunc Map[T interface{ ~[]E }, E any](x T) map[string]struct{} {\n\treturn nil\n}\n",
	"package a\n\ntype (\n\tT[P any] = struct{ x P }\n\n\t// U is.\n\tU interface {\n\t\tm()\n\t}\n)\n\ntype V func(\n) (int)\n",
	"package a\n\nvar x = 1 /* two\nlines */\nvar y = []int{\n\t'{', '\\'', '}',\n}\n\nvar z chan\n\tint\n",
	"package a\n\nconst c = 1 <<\n\t2\n\nvar f = func() {\n}\n\nvar ()\n",
}

// Declarations are those that Go's own parser finds.
func TestGoDeclarations(t *testing.T) {
	for _, src := range unusual {
		compareGo(t, src, []byte(src))
	}
	n := 0
	for _, folder := range []string{"net/http", "go/ast", "encoding/json", "math"} {
		files, _ := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", folder, "*.go"))
		for _, path := range files {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			compareGo(t, path, src)
			n++
		}
	}
	t.Logf("%d files of the standard library", n)
}

func compareGo(t *testing.T, name string, src []byte) {
	t.Helper()
	want, err := parseGo(src)
	if err != nil {
		t.Fatalf("%s is no Go: %v", name, err)
	}
	got := Definitions("go", src)
	for i := range got {
		got[i].BodyLine = 0
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %v\nwant %v", name, got, want)
	}
}

// parseGo returns the definitions as go/parser finds them, without BodyLine.
func parseGo(src []byte) (list []Definition, err error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	line := func(pos token.Pos) int { return set.PositionFor(pos, false).Line }
	add := func(kind Kind, node ast.Node, doc *ast.CommentGroup, names ...string) {
		d := Definition{Kind: kind, DocLine: line(node.Pos()), StartLine: line(node.Pos()), EndLine: line(node.End() - 1)}
		if doc != nil {
			d.DocLine = line(doc.Pos())
		}
		for _, d.Name = range names {
			if d.Name != "_" {
				list = append(list, d)
			}
		}
	}
	for _, decl := range tree.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			add(Function, decl, decl.Doc, receiverOf(decl)+decl.Name.Name)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				node, doc := ast.Node(decl), decl.Doc
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if decl.Lparen.IsValid() {
						node, doc = spec, spec.Doc
					}
					add(Type, node, doc, spec.Name.Name)
				case *ast.ValueSpec:
					if decl.Lparen.IsValid() {
						node, doc = spec, spec.Doc
					}
					var names []string
					for _, n := range spec.Names {
						names = append(names, n.Name)
					}
					add(Value, node, doc, names...)
				}
			}
		}
	}
	return list, nil
}

// receiverOf returns the name of the receiver's type with a dot.
func receiverOf(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return ""
	}
	name := ""
	ast.Inspect(decl.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name + "."
		}
		return true
	})
	return name
}
