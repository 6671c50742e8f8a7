// Package report computes all figures of the project's report and writes them as
// one page for people, one JSON for programs, plots, and TREC's files.
//
// The report tells three parts, as the notebook did that hunch began as: how the
// search is built, how well the model ranks before any training, and what one
// epoch of fine-tuning changes. [Run] computes what is not there yet and writes
// the folder; a run that was killed goes on at the figure that it was at.
package report

import (
	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

// Report is every figure, and all that they depend on. Its JSON form is stable.
// Two runs with the same inputs on one kind of processor differ in Run and in the
// times of Index and Training alone.
type Report struct {
	Schema  int    `json:"schema"`
	Version string `json:"version"`
	// Quick says that the training was cut to [QuickSteps] steps: whatever
	// depends on it is marked, too.
	Quick bool  `json:"quick"`
	Seeds Seeds `json:"seeds"`
	// Data are the files that the figures are of; DataChanged says that some
	// are not upstream's.
	Data        []dataset.FileInfo  `json:"data"`
	DataChanged bool                `json:"data_changed"`
	Models      []Model             `json:"models"`
	Index       []Index             `json:"index"`
	Live        []Live              `json:"live_queries"`
	Sets        []*Set              `json:"sets"`
	Notebook    []Notebook          `json:"notebook"`
	Training    *Training           `json:"training"`
	Comparisons []*hunch.Comparison `json:"comparisons"`
	Examples    Examples            `json:"examples"`
	Run         RunInfo             `json:"run"`
}

// Seeds are all that draw anything.
type Seeds struct {
	Bootstrap    uint64 `json:"bootstrap"`
	Permutations uint64 `json:"permutations"`
	HNSW         uint64 `json:"hnsw"`
	// Training is 0 if the model was trained elsewhere.
	Training uint64 `json:"training,omitempty"`
}

// Roles of models, in the order of the columns.
const (
	Base    = "base"
	Tuned   = "fine-tuned"
	Shipped = "shipped"
)

// Model is one of those that are measured.
type Model struct {
	Role        string `json:"role"`
	Name        string `json:"name"`
	Fingerprint string `json:"fingerprint"`
	Weights     string `json:"weights"`
	Precision   string `json:"precision"`
	Dim         int    `json:"dim"`
	Layers      int    `json:"layers"`
	Heads       int    `json:"heads"`
	Hidden      int    `json:"intermediate"`
	Vocabulary  int    `json:"vocabulary"`
	MaxTokens   int    `json:"max_tokens"`
	Pooling     string `json:"pooling"`
	Bytes       int64  `json:"bytes"`
	// Note says where it is from, if its name does not.
	Note string `json:"note,omitempty"`
}

// Index is what an index of a set's corpus comes to.
type Index struct {
	Protocol string `json:"protocol"`
	Split    string `json:"split"`
	Queries  int    `json:"queries"`
	*hunch.IndexFigures
}

// Live is a question of our own with what the base model finds among the
// functions of CoSQA.
type Live struct {
	Question string `json:"question"`
	Hits     []Hit  `json:"hits"`
}

// Hit is a function of the corpus, counted from 1 as in the files of TREC.
type Hit struct {
	Document int     `json:"document"`
	Cosine   float32 `json:"cosine"`
	code     string
}

// Set is the queries and the corpus of one protocol with every model's figures.
type Set struct {
	Protocol   string `json:"protocol"`
	Split      string `json:"split"`
	Docstrings string `json:"docstrings"`
	Queries    int    `json:"queries"`
	Distinct   int    `json:"distinct_queries"`
	Corpus     int    `json:"corpus"`
	Data       string `json:"data_sha256"`
	// Ceiling is the most that any system can reach.
	Ceiling eval.Metrics `json:"ceiling"`
	Results []Result     `json:"results"`
}

// Result is what one model reaches on a set.
type Result struct {
	Role    string          `json:"role"`
	Ranking string          `json:"ranking"` // "exact" or "hnsw"
	Metrics eval.Metrics    `json:"metrics"`
	CI95    *eval.Intervals `json:"ci95"`
	// Ranks counts the queries by the rank of their first right answer, in the
	// bins of [RankBins]; nil for hnsw.
	Ranks []int `json:"ranks,omitempty"`
}

// RankBins are the last ranks of all bins but the last, which has the rest.
var RankBins = []int{1, 3, 10, 30, 100, 1000}

// Notebook is a row of figures that a well-known notebook has, beside ours.
type Notebook struct {
	What     string       `json:"what"`
	Notebook eval.Metrics `json:"notebook"`
	Role     string       `json:"role"`
	Ours     eval.Metrics `json:"ours"`
	OursHNSW eval.Metrics `json:"ours_hnsw"`
	// CI95 are the intervals of Ours.
	CI95 *eval.Intervals `json:"ci95"`
	// Inside is for how many of the three figures the notebook's lies in the 95%
	// interval of ours.
	Inside int `json:"inside"`
}

// Training is how the fine-tuned model was made.
type Training struct {
	Quick  bool `json:"quick"`
	Reused bool `json:"reused"`
	// Version and Commit are of the program that trained it.
	Version string `json:"version,omitempty"`
	Commit  string `json:"commit,omitempty"`

	Base  string `json:"base_fingerprint,omitempty"`
	Pairs int    `json:"pairs,omitempty"`
	Data  string `json:"pairs_sha256,omitempty"`
	Steps int    `json:"steps,omitempty"`

	Epochs int     `json:"epochs,omitempty"`
	Batch  int     `json:"batch,omitempty"`
	LR     float64 `json:"lr,omitempty"`
	Warmup float64 `json:"warmup,omitempty"`
	Decay  float64 `json:"weight_decay,omitempty"`
	Scale  float64 `json:"scale,omitempty"`
	Seed   uint64  `json:"seed,omitempty"`

	Losses  []float32 `json:"losses,omitempty"`
	Seconds float64   `json:"seconds,omitempty"` // of the run that ended it
	Resumed bool      `json:"resumed,omitempty"` // there was one before
	Threads int       `json:"threads,omitempty"`
	Folder  string    `json:"-"`
	// Curve is the picture that came with a model that was trained elsewhere.
	curve []byte
}

// Examples are queries of one set that show what the figures mean.
type Examples struct {
	Protocol string    `json:"protocol"`
	Split    string    `json:"split"`
	Hits     []Example `json:"hits"`
	Misses   []Example `json:"misses"`
	Gained   []Example `json:"gained"`
	Lost     []Example `json:"lost"`
}

// Example is a query with its first right answer and what came first.
type Example struct {
	Query string  `json:"query"`
	ID    string  `json:"id"` // in the files of TREC
	Right string  `json:"right"`
	Rank  float64 `json:"rank"`            // by the base model
	After float64 `json:"after,omitempty"` // by the fine-tuned one

	right, first, firstAfter string // code
}

// RunInfo is what may differ between two runs with the same figures.
type RunInfo struct {
	Commit   string  `json:"commit,omitempty"`
	Modified bool    `json:"modified,omitempty"` // the tree that hunch was built from had changes
	Go       string  `json:"go"`
	Machine  Machine `json:"machine"`
	Made     string  `json:"made"` // RFC 3339
	// Seconds is how long each figure took, whenever it was computed.
	Seconds map[string]float64 `json:"seconds"`
}

// Machine is what the figures were computed on.
type Machine struct {
	OS        string `json:"os"`
	Arch      string `json:"arch"`
	Processor string `json:"processor,omitempty"`
	Cores     int    `json:"cores"`
	Threads   int    `json:"threads"`
	Kernels   string `json:"kernels"`
}

// model returns that of a role.
func (r *Report) model(role string) *Model {
	for i := range r.Models {
		if r.Models[i].Role == role {
			return &r.Models[i]
		}
	}
	return nil
}

// set returns the set with these figures, nil without.
func (r *Report) set(protocol, split, docstrings string) *Set {
	for _, s := range r.Sets {
		if s.Protocol == protocol && s.Split == split && s.Docstrings == docstrings {
			return s
		}
	}
	return nil
}

// result returns what a model reaches on the set, nil if that was not measured.
func (s *Set) result(role, ranking string) *Result {
	for i := range s.Results {
		if r := &s.Results[i]; r.Role == role && r.Ranking == ranking {
			return r
		}
	}
	return nil
}

// Name is what the set is called.
func (s *Set) Name() string { return setName(s.Protocol, s.Split, s.Docstrings) }

func setName(protocol, split, docstrings string) string {
	name := protocol + " " + split
	if docstrings == "stripped" {
		name += ", docstrings stripped"
	}
	return name
}
