// Package chunk cuts a file into chunks, the units that are embedded, ranked
// and shown.
//
// A chunk wants to be what a person would point at as the answer: one function
// with its comment, one small type with its small methods, one paragraph of
// configuration. Its size is bounded by what the encoder reads: 256 tokens (or
// what a [Splitter] says) with the prefix that [EmbedText] puts in front, which is about 750 characters of
// code and is estimated word by word (weight.go). What is larger is cut at its
// inner blocks and every piece carries the signature; what is tiny is merged
// with its neighbours. A line is never cut: one that is longer than a chunk, as
// in minified code or data, is a chunk by itself, of which the encoder reads the
// beginning.
//
// The work is done in three steps, and only the first two know the language:
//
//  1. rows (row.go, scan.go, quotes.go, leads.go): the non-blank lines, each
//     with its indentation and whether it begins inside a string, a comment or a bracket. What
//     strings and comments look like comes from the language's entry in the
//     table (language.go); of a language without one only the comments that
//     begin a line are known.
//  2. definitions: which rows define which symbol. Go is read by its
//     tokens (gotokens.go, golang.go, gobroken.go). For languages with braces the scanner reads the
//     headers of blocks on its way (structure.go, header.go, classify.go, by the
//     entries of braces.go); those with "end" or layout are read line by line
//     (outline.go, outlines.go, layouts.go), as are Python, Markdown and what
//     formats.go lists. A language without this step has
//     no symbols and is cut by blank lines and indentation.
//  3. packing (level.go, pack.go, scope.go): every row gets the level at which
//     a cut in front of it stands; the levels make a tree, and the tree is
//     packed into chunks.
//
// A notebook is taken apart before that, and each of its cells goes through the
// steps (notebook.go). Its chunks hold what the cells say, and only for it the
// following does not hold byte for byte.
//
// Whatever the bytes, the chunks of a file are in order, do not overlap, and
// together hold every non-blank line exactly once; a chunk begins and ends with
// a non-blank line. A line ends at "\n"; a line is blank if it holds nothing
// but spaces, tabs, form feeds, vertical tabs and carriage returns (and, as the
// first of a file, a byte order mark). All steps take time linear in the size
// of the file, and memory of a few times its size, beside a hundred bytes for each
// line and twenty for each bracket that is open, which serve the next file, too. Of
// the definitions on one line the first thousand count. All functions are safe for
// concurrent use.
package chunk
