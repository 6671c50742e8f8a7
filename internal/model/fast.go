package model

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hunch-search/hunch/internal/wordpiece"
)

// fastTokenizerFile holds the tokenizer in the format of the library tokenizers.
// Where there is a vocab.txt it is not read: both say the same.
const fastTokenizerFile = "tokenizer.json"

// fastFile is what of it this package needs.
type fastFile struct {
	Normalizer struct {
		Type         string
		LowerCase    *bool `json:"lowercase"`
		StripAccents *bool `json:"strip_accents"`
		Chinese      *bool `json:"handle_chinese_chars"`
	}
	PreTokenizer struct{ Type string } `json:"pre_tokenizer"`
	Model        struct {
		Type   string
		Prefix string `json:"continuing_subword_prefix"`
		Max    int    `json:"max_input_chars_per_word"`
		Vocab  map[string]int
	}
}

// readVocab returns the vocabulary as a vocab.txt: from the file of that name,
// or from tokenizer.json, which is all that new versions of transformers save.
// The normalizer, of the second, says what tokenizer_config.json may leave out.
func readVocab(files fs.FS) (vocab []byte, normalizer wordpiece.Config, err error) {
	vocab, err = fs.ReadFile(files, vocabFile)
	if !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			err = fmt.Errorf("%s: %w", vocabFile, bare(err))
		}
		return vocab, normalizer, err
	}
	if _, err := fs.Stat(files, fastTokenizerFile); errors.Is(err, fs.ErrNotExist) {
		return nil, normalizer, fmt.Errorf("%s is missing, and so is %s", vocabFile, fastTokenizerFile)
	}
	var f fastFile
	if err := readJSON(files, fastTokenizerFile, true, &f); err != nil {
		return nil, normalizer, err
	}
	if vocab, err = f.vocab(); err != nil {
		return nil, normalizer, fmt.Errorf("%s: %w", fastTokenizerFile, err)
	}
	n := f.Normalizer
	return vocab, wordpiece.Config{
		KeepCase:     n.LowerCase != nil && !*n.LowerCase,
		StripAccents: n.StripAccents,
		JoinChinese:  n.Chinese != nil && !*n.Chinese,
	}, nil
}

// vocab writes the vocabulary as lines, the token with id 0 first.
func (f *fastFile) vocab() ([]byte, error) {
	for _, v := range []struct{ what, got, want string }{
		{"model", f.Model.Type, "WordPiece"},
		{"continuing_subword_prefix", f.Model.Prefix, "##"},
		{"max_input_chars_per_word", fmt.Sprint(f.Model.Max), "100"},
		{"normalizer", f.Normalizer.Type, "BertNormalizer"},
		{"pre_tokenizer", f.PreTokenizer.Type, "BertPreTokenizer"},
	} {
		if v.got != v.want {
			return nil, fmt.Errorf("%s is %q, want %q", v.what, v.got, v.want)
		}
	}
	tokens := make([]string, len(f.Model.Vocab))
	for token, id := range f.Model.Vocab {
		if id < 0 || id >= len(tokens) || tokens[id] != "" {
			return nil, fmt.Errorf("token %q has id %d, want each of 0 to %d once", token, id, len(tokens)-1)
		}
		if token == "" || strings.ContainsAny(token, "\r\n") {
			return nil, fmt.Errorf("token %q with id %d does not fit a line", token, id)
		}
		tokens[id] = token
	}
	return []byte(strings.Join(tokens, "\n") + "\n"), nil
}
