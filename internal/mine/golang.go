package mine

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// goDocs finds the documented functions, methods and types of a Go file, in its
// order; none if the file has syntax errors.
func goDocs(src []byte) []doc {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	g := goFile{src: src, file: set.File(tree.FileStart)}
	for _, decl := range tree.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			g.function(decl)
		case *ast.GenDecl:
			g.types(decl)
		}
	}
	return g.docs
}

type goFile struct {
	src  []byte
	file *token.File
	docs []doc
}

func (g *goFile) function(decl *ast.FuncDecl) {
	symbol := decl.Name.Name
	if decl.Recv != nil && len(decl.Recv.List) > 0 {
		if t := receiver(decl.Recv.List[0].Type); t != "" {
			symbol = t + "." + symbol
		}
	}
	g.add(symbol, decl.Name, decl.Doc)
}

func (g *goFile) types(decl *ast.GenDecl) {
	if decl.Tok != token.TYPE {
		return
	}
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		comment := spec.Doc
		if !decl.Lparen.IsValid() {
			comment = decl.Doc
		}
		g.add(spec.Name.Name, spec.Name, comment)
	}
}

func (g *goFile) add(symbol string, name *ast.Ident, comment *ast.CommentGroup) {
	if comment == nil || symbol == "_" {
		return
	}
	d := doc{symbol: symbol, name: name.Name, text: comment.Text(), line: g.file.PositionFor(name.Pos(), false).Line}
	for _, c := range comment.List {
		if !isDirective(c.Text) {
			d.cuts = append(d.cuts, g.span(c))
		}
	}
	if strings.TrimSpace(d.text) == "" {
		return // nothing but directives
	}
	g.docs = append(g.docs, d)
}

// span is where a comment stands. Its own end is too early where the parser
// dropped carriage returns from its text.
func (g *goFile) span(c *ast.Comment) span {
	from := g.file.Offset(c.Pos())
	stop, keep := "\n", 0
	if strings.HasPrefix(c.Text, "/*") {
		stop, keep = "*/", len("*/")
	}
	if n := bytes.Index(g.src[from+2:], []byte(stop)); n >= 0 {
		return span{from, from + 2 + n + keep}
	}
	return span{from, len(g.src)}
}

// isDirective tells //go:noinline and the like, which are code.
func isDirective(comment string) bool {
	rest, ok := strings.CutPrefix(comment, "//")
	if !ok {
		return false
	}
	if strings.HasPrefix(rest, "export ") || strings.HasPrefix(rest, "extern ") || strings.HasPrefix(rest, "line ") {
		return true
	}
	tool, args, ok := strings.Cut(rest, ":")
	return ok && tool != "" && args != "" && strings.Trim(tool, "abcdefghijklmnopqrstuvwxyz0123456789") == "" && args[0] != ' '
}

// receiver returns the name of the type of a Go method, without pointer and type
// parameters, as symbols have it; "" if it is none.
func receiver(t ast.Expr) string {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
