// Files that sentence-transformers and transformers read and this package can do
// without.

package model

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

// completeLayout writes to dir, a folder with b's settings, the files that are
// missing there.
func (b *Base) completeLayout(dir string) error {
	pooling, err := poolingConfig(os.DirFS(dir))
	if err != nil {
		return err
	}
	// New versions of transformers save none, but older ones want it.
	if err := os.WriteFile(filepath.Join(dir, vocabFile), b.settings.vocab, 0o644); err != nil {
		return err
	}
	for _, file := range []struct {
		name    string
		content any
	}{
		{modulesFile, modules()},
		{pooling, poolingJSON(b.Config)},
		{sentenceFile, map[string]any{"max_seq_length": b.settings.maxTokens, "do_lower_case": false}},
		{tokenizerFile, tokenizerConfig(b.settings)},
		{fastTokenizerFile, fastTokenizer(b.settings, b.tok)},
	} {
		if err := writeIfAbsent(filepath.Join(dir, filepath.FromSlash(file.name)), file.content); err != nil {
			return err
		}
	}
	return nil
}

func writeIfAbsent(name string, content any) error {
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}

func modules() any {
	type module struct {
		Idx  int    `json:"idx"`
		Name string `json:"name"`
		Path string `json:"path"`
		Type string `json:"type"`
	}
	return []module{
		{0, "0", "", "sentence_transformers.models.Transformer"},
		{1, "1", "1_Pooling", "sentence_transformers.models.Pooling"},
		{2, "2", "2_Normalize", "sentence_transformers.models.Normalize"},
	}
}

func poolingJSON(c bert.Config) any {
	return map[string]any{
		"word_embedding_dimension":          c.HiddenSize,
		"pooling_mode_cls_token":            c.Pooling == bert.CLSPooling,
		"pooling_mode_mean_tokens":          c.Pooling == bert.MeanPooling,
		"pooling_mode_max_tokens":           false,
		"pooling_mode_mean_sqrt_len_tokens": false,
	}
}

// specialTokens are the names of the tokens of a tokenizer, which are the usual
// ones unless it says otherwise.
func specialTokens(c wordpiece.Config) (unk, cls, sep, pad, mask string) {
	return cmp.Or(c.UnkToken, "[UNK]"), cmp.Or(c.ClsToken, "[CLS]"), cmp.Or(c.SepToken, "[SEP]"),
		cmp.Or(c.PadToken, "[PAD]"), cmp.Or(c.MaskToken, "[MASK]")
}

func tokenizerConfig(s settings) any {
	unk, cls, sep, pad, mask := specialTokens(s.tokenizer)
	return map[string]any{
		"tokenizer_class":              "BertTokenizer",
		"do_lower_case":                !s.tokenizer.KeepCase,
		"strip_accents":                s.tokenizer.StripAccents,
		"tokenize_chinese_chars":       !s.tokenizer.JoinChinese,
		"unk_token":                    unk,
		"cls_token":                    cls,
		"sep_token":                    sep,
		"pad_token":                    pad,
		"mask_token":                   mask,
		"model_max_length":             s.config.MaxPositions,
		"clean_up_tokenization_spaces": true,
	}
}

// fastTokenizer is the tokenizer in the format of the library tokenizers, as
// that converts a BertTokenizer.
func fastTokenizer(s settings, tok *wordpiece.Tokenizer) any {
	type object = map[string]any
	unk, cls, sep, pad, mask := specialTokens(s.tokenizer)
	ids := tok.SpecialIDs()
	var added []object
	for _, t := range []struct {
		id   int32
		name string
	}{{ids.Pad, pad}, {ids.Unk, unk}, {ids.Cls, cls}, {ids.Sep, sep}, {ids.Mask, mask}} {
		added = append(added, object{"id": t.id, "content": t.name, "special": true,
			"single_word": false, "lstrip": false, "rstrip": false, "normalized": false})
	}
	vocab := map[string]int{}
	for i, token := range strings.Split(strings.TrimSuffix(string(s.vocab), "\n"), "\n") {
		vocab[strings.TrimSuffix(token, "\r")] = i
	}
	special := func(name string, segment int) object {
		return object{"SpecialToken": object{"id": name, "type_id": segment}}
	}
	text := func(name string, segment int) object {
		return object{"Sequence": object{"id": name, "type_id": segment}}
	}
	return object{
		"version": "1.0", "truncation": nil, "padding": nil, "added_tokens": added,
		"normalizer": object{"type": "BertNormalizer", "clean_text": true,
			"handle_chinese_chars": !s.tokenizer.JoinChinese, "strip_accents": s.tokenizer.StripAccents,
			"lowercase": !s.tokenizer.KeepCase},
		"pre_tokenizer": object{"type": "BertPreTokenizer"},
		"post_processor": object{"type": "TemplateProcessing",
			"single": []object{special(cls, 0), text("A", 0), special(sep, 0)},
			"pair":   []object{special(cls, 0), text("A", 0), special(sep, 0), text("B", 1), special(sep, 1)},
			"special_tokens": object{
				cls: object{"id": cls, "ids": []int32{ids.Cls}, "tokens": []string{cls}},
				sep: object{"id": sep, "ids": []int32{ids.Sep}, "tokens": []string{sep}},
			}},
		"decoder": object{"type": "WordPiece", "prefix": "##", "cleanup": true},
		"model": object{"type": "WordPiece", "unk_token": unk, "continuing_subword_prefix": "##",
			"max_input_chars_per_word": 100, "vocab": vocab},
	}
}
