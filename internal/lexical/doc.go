// Package lexical finds chunks by their words: an analyser that knows
// identifiers, BM25 over three fields, and exact look-up of symbols.
//
// A [Builder] takes documents, which are numbered from 0 in the order of their
// adding, and writes a section: bytes that [Open] reads where they lie, such as
// in a mapped file. [Merge] makes one section of several, with the documents in
// another order and without some, and does not need their texts.
//
// A search goes over the sections of all segments of an index:
//
//	q := lexical.ParseQuery("where is the ETag computed")
//	var all lexical.Stats
//	for _, ix := range segments {
//		s, err := ix.Stats(q, nil)
//		...
//		all.Add(s)
//	}
//	scorer := lexical.NewScorer(q, all, lexical.DefaultParams)
//	for _, ix := range segments {
//		hits, err := ix.Search(scorer, 100, keep)
//		...
//	}
//
// Since the statistics are those of all segments, so scores compare between
// them, and do not depend on how documents are spread over them.
//
// # Words
//
// A word is a run of letters, digits and underscores. It gives its parts
// ("HTTPServer_v2" the parts "http", "server" and "v2") and, if these are
// several, the whole without underscores ("httpserverv2"), so that getUserName
// and get_user_name have one whole. All is folded to lower case.
// Parts lose endings of English ("computed" and "computes" meet in "comput").
// Han and kana, which have no spaces, give pairs of neighbours. Queries are read
// in the same way and lose the words that every question has.
//
// # Scores
//
// BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple
// weighted fields", CIKM 2004): how often a term stands in each field is weighed
// and normalised by the field's length, summed, and saturated once:
//
//	x = Σ weight·tf / (1 - b + b·length/average)
//	score = Σ over terms: ln(1 + (N - df + ½)/(df + ½)) · x·(k1 + 1)/(x + k1)
//
// Lengths are kept in a byte, exact up to 31 and within 3% above; counts up to
// 15 in the content, and 3 in path and symbols.
package lexical
