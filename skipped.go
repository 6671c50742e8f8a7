package hunch

import (
	"context"
	"errors"
	"io/fs"

	"github.com/hunch-search/hunch/internal/source"
)

// CountSkipped counts by reason the files and folders that are not searched, but
// for those of version control. It walks the tree and reads all of its files that
// are not skipped for their names, and is meant for a search that found no text.
func (r *Repository) CountSkipped(ctx context.Context) (map[string]int, error) {
	reasons := map[string]int{}
	tell := func(_, reason string) {
		if reason != source.ReasonVCS {
			reasons[reason]++
		}
	}
	files, err := r.opts.source().Reader(r.root)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	for f, err := range source.Walk(ctx, r.root, source.Options{Settings: r.opts.source(), Skipped: tell}) {
		if err == nil {
			_, err = files.Read(f)
		}
		if skip, ok := errors.AsType[*source.SkipError](err); ok {
			tell(skip.Path, skip.Reason)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return reasons, nil
}
