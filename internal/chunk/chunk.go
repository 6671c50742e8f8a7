package chunk

// Splitter cuts files into chunks of a size. The zero value works.
type Splitter struct {
	// Tokens is what the encoder reads of a chunk with its prefix, [CLS] and
	// [SEP]; 0 means DefaultTokens. MinTokens and MaxTokens bound it.
	Tokens int
}

// Sizes of chunks in tokens.
const (
	DefaultTokens = 256
	MinTokens     = 64
	MaxTokens     = 8192
)

const (
	// symbolRoom, a weight, is kept free for the symbol and its words in the prefix.
	symbolRoom = 12 * oneToken
	// maxSignature bounds, in bytes, what a continuation piece repeats.
	maxSignature = 240
)

// sizes are weights; see weight.go.
type sizes struct {
	// target is how much of prefix, signature and text the encoder reads, less
	// [CLS] and [SEP] and a margin for the error of the estimate.
	target int
	// minText is left for the text however long path and signature are.
	minText int
	// solid is the weight from which a definition stands alone: two of them are
	// never merged, however well they would fit.
	solid int
	// leadMax bounds what is merged into the definition after it without being
	// part of it: a section comment, the first line of a class.
	leadMax int
}

func (s Splitter) sizes() sizes {
	target := s.tokens() * 15 / 16 * oneToken
	return sizes{target: target, minText: target / 2, solid: target * 2 / 5, leadMax: target / 6}
}

func (s Splitter) tokens() int {
	if s.Tokens == 0 {
		return DefaultTokens
	}
	return min(max(s.Tokens, MinTokens), MaxTokens)
}

// Template names all that decides which texts are embedded: [TemplateVersion],
// and the size of chunks where it is not the usual one. It is below 2³¹.
func (s Splitter) Template() int {
	if s.tokens() == DefaultTokens {
		return TemplateVersion
	}
	return TemplateVersion | s.tokens()<<8
}

// Chunk is a run of lines of one file.
type Chunk struct {
	// StartLine and EndLine are 1-based and inclusive. Neither is blank.
	StartLine, EndLine int
	// Symbol is the qualified name of the main symbol: "Retry.next" for a Go
	// method (pointer receiver or not) or a Python one, "" where none is known.
	Symbol string
	// Symbols holds every symbol defined in the chunk in order of its
	// definition, Symbol among them. A continuation piece lists the symbol that
	// it continues.
	Symbols []string
	// Definitions are those of symbols that begin in the chunk: what is in Symbols
	// beyond is continued here. They may reach beyond the chunk, and their
	// comments may begin before it.
	Definitions []Definition
	// Signature is the first line or lines of the definition of which the chunk
	// is a piece, where the chunk does not hold them itself; otherwise "". Where
	// no definitions are known it is the headings or the first lines of the
	// blocks that the chunk stands under.
	Signature string
	// Text is the source of the lines, byte for byte, without the last line's
	// ending. Of a notebook it is what the cells on these lines say.
	Text string
}

// Split is [Splitter.Split] for chunks of the usual size.
func Split(path, language string, src []byte) []Chunk { return Splitter{}.Split(path, language, src) }

// Split cuts src into chunks. The language is a name of the language table, in
// lower case ("go", "python", "markdown"); any other name, also "", is cut by
// blank lines and indentation. The path is not read: its length counts against
// the size of the chunks. Cuts fall between lines only: a line of a megabyte is
// one chunk of a megabyte. Bytes that are no text or no valid program are cut all
// the same. The chunks do not refer to src.
func (s Splitter) Split(path, language string, src []byte) []Chunk {
	if language == notebook {
		if chunks, ok := s.splitNotebook(path, src); ok {
			return chunks
		}
	}
	f := read(language, src)
	defer f.release()
	if len(f.rows) == 0 {
		return nil
	}
	f.sizes = s.sizes()
	f.setLevels()
	f.link()
	return f.pack(max(f.sizes.minText, f.sizes.target-symbolRoom-weigh([]byte(path))))
}

// read scans a file and finds its definitions. Who is done with it releases it.
func read(language string, src []byte) *file {
	f := newFile(lookup(language), src)
	f.rows = scanRows(f.rows, src)
	if len(f.rows) == 0 {
		return f
	}
	f.scan()
	if f.lang.define != nil {
		f.lang.define(f)
	}
	return f
}
