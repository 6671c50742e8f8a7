package chunk

import "bytes"

// maxTitles is how many ranks of titles reStructuredText has here; what is
// deeper counts as the last.
const maxTitles = 8

// defineRST makes a section of each title. Titles are ranked as docutils ranks
// them: by the order in which their adornments appear in the file.
func defineRST(f *file) {
	o := outline{file: f, para: -1}
	var styles []string
	for i := 0; i < len(f.rows); i++ {
		title, last, style := f.titleAt(i)
		if style == "" {
			continue
		}
		rank := 0
		for rank < len(styles) && styles[rank] != style {
			rank++
		}
		if rank == len(styles) && rank < maxTitles {
			styles = append(styles, style)
		}
		from := i
		for from > 0 && hasPrefix(f.text(from-1), ".. _") {
			from-- // its label
		}
		o.section(from, title+1, min(rank+1, maxTitles))
		f.defs[len(f.defs)-1].head = title
		for j := i + 1; j <= last; j++ {
			f.rows[j].bound = true
		}
		i = last
	}
	o.close(0, len(f.rows))
}

// titleAt returns the row of the title that begins on row i, with the line over
// it if it has one, its last row, and how it is adorned; "" if none does.
func (f *file) titleAt(i int) (title, last int, style string) {
	if i+1 >= len(f.rows) || f.rows[i].indent > 0 && !f.rows[i].afterBlank || f.rows[i+1].afterBlank {
		return 0, 0, ""
	}
	over := adornment(f.text(i))
	if over != 0 && f.rows[i].indent == 0 {
		if i+2 < len(f.rows) && !f.rows[i+2].afterBlank && adornment(f.text(i+2)) == over && adornment(f.text(i+1)) == 0 {
			return i + 1, i + 2, string([]byte{over, over})
		}
		return 0, 0, ""
	}
	under := adornment(f.text(i + 1))
	begins := f.rows[i].afterBlank || i > 0 && hasPrefix(f.text(i-1), "..")
	if under == 0 || !begins || f.rows[i].indent > 0 || f.rows[i+1].indent > 0 || len(f.text(i+1))+1 < len([]rune(string(f.text(i)))) {
		return 0, 0, ""
	}
	return i, i + 1, string(under)
}

// adornment returns the character of which a line over or under a title is made,
// 0 if text is no such line.
func adornment(text []byte) byte {
	text = bytes.TrimRight(text, " \t")
	if len(text) < 2 || isWordByte(text[0]) || run(text) != len(text) || string(text) == ".." || string(text) == "::" {
		return 0
	}
	return text[0]
}
