package hunch

import (
	"slices"
	"testing"
)

func TestSuggest(t *testing.T) {
	s := newSandbox(t, map[string]string{
		"a.go": "package a\n\nfunc ParseHeader() {}\n\nfunc ParseFooter() {}\n",
		"b.py": "class Cart:\n    def checkout_total(self):\n        pass\n",
	})
	r := s.update()
	for query, want := range map[string][]string{
		"ParsHeader":                       {"ParseHeader"},
		"parseHaeder":                      {"ParseHeader"},
		"what calls Cart.checkout_totl":    {"checkout_total"},
		"ParseHeader":                      nil, // is there
		"parseheader":                      nil,
		"Pars":                             nil, // too far from any
		"where are headers parsed":         nil,
		"something_else_altogether":        nil,
		"is ParsHeader like ParseFoter ()": {"ParseHeader", "ParseFooter"},
	} {
		got, err := r.Suggest(Query{Text: query})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q", query, got, err, want)
		}
	}
}
