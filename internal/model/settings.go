package model

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

// settings is what the small files of a model folder say.
type settings struct {
	config    bert.Config
	tokenizer wordpiece.Config
	vocab     []byte
	maxTokens int
	prompts   prompts
}

// prompts are put before each query and each document; most models want none.
type prompts struct{ Query, Document string }

func readSettings(files fs.FS) (s settings, err error) {
	var config json.RawMessage
	if err = readJSON(files, configFile, true, &config); err != nil {
		return s, err
	}
	if s.config, err = bert.ParseConfig(config); err != nil {
		return s, fmt.Errorf("%s: %w", configFile, err)
	}
	var normalizer wordpiece.Config
	if s.vocab, normalizer, err = readVocab(files); err != nil {
		return s, err
	}
	if s.tokenizer, err = readTokenizer(files, normalizer); err != nil {
		return s, err
	}
	if s.maxTokens, err = readMaxTokens(files, s.config, s.tokenizer); err != nil {
		return s, err
	}
	if s.config.Pooling, err = readPooling(files); err != nil {
		return s, err
	}
	s.prompts, err = readPrompts(files)
	return s, err
}

// readTokenizer reads the tokenizer's settings; those that the file leaves out are
// the normalizer's.
func readTokenizer(files fs.FS, normalizer wordpiece.Config) (wordpiece.Config, error) {
	var t struct {
		Class     string          `json:"tokenizer_class"`
		LowerCase *bool           `json:"do_lower_case"`
		Accents   *bool           `json:"strip_accents"`
		Chinese   *bool           `json:"tokenize_chinese_chars"`
		Unk       json.RawMessage `json:"unk_token"`
		Cls       json.RawMessage `json:"cls_token"`
		Sep       json.RawMessage `json:"sep_token"`
		Pad       json.RawMessage `json:"pad_token"`
		Mask      json.RawMessage `json:"mask_token"`
	}
	if err := readJSON(files, tokenizerFile, false, &t); err != nil {
		return wordpiece.Config{}, err
	}
	switch t.Class {
	case "", "BertTokenizer", "BertTokenizerFast":
	default:
		return wordpiece.Config{}, fmt.Errorf("%s: tokenizer_class is %q, want \"BertTokenizer\"", tokenizerFile, t.Class)
	}
	if t.Accents == nil {
		t.Accents = normalizer.StripAccents
	}
	return wordpiece.Config{
		KeepCase:     off(t.LowerCase, normalizer.KeepCase),
		StripAccents: t.Accents,
		JoinChinese:  off(t.Chinese, normalizer.JoinChinese),
		UnkToken:     tokenName(t.Unk), ClsToken: tokenName(t.Cls), SepToken: tokenName(t.Sep),
		PadToken: tokenName(t.Pad), MaskToken: tokenName(t.Mask),
	}, nil
}

// off reports whether a switch is off; one that is not there is as usual.
func off(on *bool, usual bool) bool {
	if on == nil {
		return usual
	}
	return !*on
}

// tokenName reads a special token, which is a string or an object with a
// content; "" stands for the usual one.
func tokenName(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return name
	}
	var object struct{ Content string }
	_ = json.Unmarshal(raw, &object) // absent or null: the usual name
	return object.Content
}

// readMaxTokens returns where texts are cut: sentence-transformers' setting,
// else the tokenizer's, else all positions.
func readMaxTokens(files fs.FS, c bert.Config, t wordpiece.Config) (int, error) {
	var s struct {
		Max   *int `json:"max_seq_length"`
		Lower bool `json:"do_lower_case"`
	}
	if err := readJSON(files, sentenceFile, false, &s); err != nil {
		return 0, err
	}
	if s.Lower && t.KeepCase {
		return 0, fmt.Errorf("%s: do_lower_case is true, but false in %s", sentenceFile, tokenizerFile)
	}
	if s.Max == nil {
		return tokenizerMax(files, c.MaxPositions)
	}
	// Two of them are [CLS] and [SEP].
	if *s.Max < 3 || *s.Max > c.MaxPositions {
		return 0, fmt.Errorf("%s: max_seq_length is %d, want 3 to max_position_embeddings, %d", sentenceFile, *s.Max, c.MaxPositions)
	}
	return *s.Max, nil
}

// tokenizerMax is the tokenizer's own length or all positions, whichever is
// less. Tokenizers without one write 1e30.
func tokenizerMax(files fs.FS, positions int) (int, error) {
	t := struct {
		Max float64 `json:"model_max_length"`
	}{Max: float64(positions)}
	if err := readJSON(files, tokenizerFile, false, &t); err != nil {
		return 0, err
	}
	if !(t.Max >= 3) {
		return 0, fmt.Errorf("%s: model_max_length is %v, want 3 or more", tokenizerFile, t.Max)
	}
	return int(min(t.Max, float64(positions))), nil
}
