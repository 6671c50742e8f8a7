package index

// After an upgrade, or with other settings, another verdict on a file may be due,
// another language or other chunks. Here is how it is known which files were judged
// again since, so that a writer may do so in parts.

import "slices"

// outdate makes all files outdated for a writer that is another program than the
// one that wrote the index.
func (vs views) outdate() {
	for _, v := range vs {
		var all []uint32
		for id := range v.files {
			if !v.dead.has(id) {
				all = append(all, uint32(id))
			}
		}
		v.setOutdated(all)
	}
}

func (v *view) setOutdated(ids []uint32) {
	v.entry.outdated = ids
	v.outdated = newBitset(v.files)
	for _, id := range ids {
		v.outdated.set(int(id))
	}
}

// Judged says that a file of the last commit was judged by the rules of the
// writer's Meta.Tool and is as they have it, so that it is not Outdated any more
// with the next commit.
func (w *Writer) Judged(path string) { w.judged[path] = true }

// leftOutdated lists the files of a present segment that are still outdated when
// those that dead lists, ascending, do not count any more.
func (w *Writer) leftOutdated(v *view, dead []uint32) (left []uint32) {
	for _, id := range v.entry.outdated {
		if _, gone := slices.BinarySearch(dead, id); !gone && !w.judged[string(v.path(int(id)))] {
			left = append(left, id)
		}
	}
	return left
}

// inheritsOutdated lists the files of a new segment that are outdated where they
// were copied from.
func (w *Writer) inheritsOutdated(v *view) (ids []uint32) {
	if !slices.ContainsFunc(w.views, func(v *view) bool { return len(v.entry.outdated) > 0 }) {
		return nil
	}
	for id := range v.files {
		path := string(v.path(id))
		if _, added := w.pending.byPath[path]; added || w.judged[path] {
			continue
		}
		if l, ok := w.views.find(path); ok && w.views[l.segment].outdated.has(l.file) {
			ids = append(ids, uint32(id))
		}
	}
	return ids
}
