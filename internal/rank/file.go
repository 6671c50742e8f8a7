package rank

import (
	"cmp"
	"math"
	"path"
	"slices"
	"strings"
)

// File is the candidates of one file.
type File struct {
	Path   string
	Chunks []int // numbers of candidates, best first by their own matches
	Row    Row
}

// Files groups the candidates by their path and computes the signals.
func Files(q *Query, candidates []Candidate) []File {
	at := map[string]int{}
	var files []File
	for i := range candidates {
		f, ok := at[candidates[i].Path]
		if !ok {
			f = len(files)
			at[candidates[i].Path] = f
			files = append(files, File{Path: candidates[i].Path})
		}
		files[f].Chunks = append(files[f].Chunks, i)
	}
	s := scalesOf(candidates)
	for i := range files {
		f := &files[i]
		f.sources(s, candidates)
		f.names(q)
		f.symbols(q, candidates)
		f.roles(q)
		f.shape(candidates[f.Chunks[0]].FileChunks)
		f.sortChunks(q, s, candidates)
	}
	return files
}

// scales are what the sources' figures are measured by: the best, and for the
// vectors also the one at scalePlace.
type scales struct{ cosineMin, cosineMax, words, path float64 }

// scalePlace is the place of the candidate whose cosine counts as none.
const scalePlace = 100

func scalesOf(candidates []Candidate) scales {
	var s scales
	var cosines []float64
	for i := range candidates {
		c := &candidates[i]
		if c.HasVector {
			cosines = append(cosines, c.Cosine)
		}
		s.words, s.path = max(s.words, c.Words), max(s.path, c.InPath)
	}
	if len(cosines) > 0 {
		slices.Sort(cosines)
		s.cosineMin, s.cosineMax = cosines[max(len(cosines)-scalePlace, 0)], cosines[len(cosines)-1]
	}
	return s
}

// relative is how far v is from none to best.
func relative(v, none, best float64) float64 { return max(v-none, 0) / max(best-none, 1e-9) }

func (s scales) vector(c *Candidate) float64 {
	if !c.HasVector {
		return 0
	}
	return relative(c.Cosine, s.cosineMin, s.cosineMax)
}

// sources sets what vectors and words say.
func (f *File) sources(s scales, candidates []Candidate) {
	vectors := make([]float64, len(f.Chunks))
	gap := s.cosineMin - s.cosineMax // where there are no vectors
	head := math.MaxInt
	for n, i := range f.Chunks {
		c := &candidates[i]
		vectors[n] = s.vector(c)
		if c.HasVector {
			gap = max(gap, c.Cosine-s.cosineMax)
		}
		if c.StartLine < head && c.StartLine <= headLines {
			head = c.StartLine
			f.Row[vectorHead] = vectors[n]
		}
		f.Row[wordsBest] = max(f.Row[wordsBest], relative(c.Words, 0, s.words))
		f.Row[wordsPath] = max(f.Row[wordsPath], relative(c.InPath, 0, s.path))
	}
	f.Row[vectorGap] = gap
	f.Row[vectorFifth] = atPlace(vectors, fifth)
}

// fifth: that many chunks of a file are as good shows that the file is about
// what is asked, and not just a place in it.
const fifth = 4

// headLines is where the chunk with the first lines of a file begins at the
// latest: above it may be blank ones and what is in no chunk.
const headLines = 3

// atPlace sorts values and returns the one at a place from 0, best first, or 0.
func atPlace(values []float64, place int) float64 {
	slices.SortFunc(values, func(a, b float64) int { return cmp.Compare(b, a) })
	if place >= len(values) {
		return 0
	}
	return values[place]
}

// names sets what the path says. A file that stands for its folder has the
// folder's name.
func (f *File) names(q *Query) {
	folder, base := path.Split(f.Path)
	stem, _, _ := strings.Cut(base, ".")
	if stem == "" { // .eslintrc.js
		stem = base
	}
	if folderNames[stem] && folder != "" {
		stem = path.Base(folder)
	}
	inName, inFolder := termsIn(stem), termsIn(folder)
	f.Row[nameBegins] = q.begun(inName)
	if f.Row[nameShare] = q.share(stem); f.Row[nameShare] == 1 {
		f.Row[nameWhole] = 1
	}
	f.Row[folderCovered] = q.covered(slices.DeleteFunc(inFolder, func(w string) bool { return slices.Contains(inName, w) }))
	if q.NamesPath(f.Path) {
		f.Row[PathNamed] = 1
	}
	folded := foldName(stem)
	for _, n := range q.names {
		if n.fold == folded {
			f.Row[nameIsSymbol] = max(f.Row[nameIsSymbol], n.sure)
		}
	}
}

// roles sets what the file is for, unless that is what the query wants.
func (f *File) roles(q *Query) {
	for i, is := range rolesOf(f.Path) {
		if is && !q.asksFor(roleTest+i) {
			f.Row[roleTest+i] = 1
		}
	}
}

// shape sets size and depth.
func (f *File) shape(chunks int) {
	f.Row[fileSize] = math.Log10(float64(max(chunks, 1))) / 3
	f.Row[fileDepth] = float64(strings.Count(f.Path, "/")) / 10
}

// definesBonus is what a chunk gains within its file that defines what the query
// names, in the scale of a source's relative score.
const definesBonus = 0.5

// sortChunks orders a file's chunks by what is known of each alone.
func (f *File) sortChunks(q *Query, s scales, candidates []Candidate) {
	own := make(map[int]float64, len(f.Chunks))
	for _, i := range f.Chunks {
		c := &candidates[i]
		own[i] = s.vector(c) + relative(c.Words, 0, s.words) + definesBonus*q.defines(c)
	}
	slices.SortFunc(f.Chunks, func(a, b int) int {
		return cmp.Or(cmp.Compare(own[b], own[a]), cmp.Compare(candidates[a].StartLine, candidates[b].StartLine))
	})
}
