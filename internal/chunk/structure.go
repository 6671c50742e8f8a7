package chunk

// grammar says how definitions look in a language that marks blocks by braces.
type grammar struct {
	// words have a meaning in the header of a statement.
	words map[string]role
	// bare: a name with parameters and a body is a function without a keyword,
	// if at least so many words stand before the parameters; 0 for never.
	bare int
	// lines: a statement ends with its line unless what follows is indented
	// deeper or begins with an operator.
	lines bool
	// assigned: functions and types are values that are given a name, "f = (x) =>".
	assigned bool
	// declared: what has no body is a definition all the same.
	declared bool
	// properties: a name with a body but without parameters is a value.
	properties bool
	// lastName: the name of a type is the last word of its header, macros
	// standing before it.
	lastName bool
	// conditional: "#if" and "#else" cut across the blocks.
	conditional bool
	// angles: type parameters stand in < and >.
	angles bool
	// annotation begins one, "@" or "#", which may have parameters.
	annotation byte
	// indented: a definition without a brace reaches over the deeper lines.
	indented bool
	// typed: a type is a value with a name, "const T = struct {".
	typed bool
	// refined: a brace behind the type of a function belongs to the type.
	refined bool
	// strings: names may be strings, as in resource "a" "b" {.
	strings bool

	lengths [256]uint32 // of words by their first byte, so that few are looked up
}

// place says what may stand in a pair of brackets.
type place uint8

const (
	inFile     place = iota // and namespaces
	inType                  // members
	inBlock                 // statements
	inObject                // names with values, between commas
	inBrackets              // arguments, between commas
	inMarks                 // of an annotation or attribute: nothing
)

// frame is an open bracket and the statement that stands in it so far.
type frame struct {
	bracket byte
	place   place
	keep    bool // the statement around it goes on behind it
	def     int  // it is the body of, else -1
	column  int  // where the statement around it begins
	brace   int  // where the line of the bracket begins
	opened  int  // the row of the bracket
	scope   string
	resume  *quote // a string goes on behind it
	header
}

// maxFrames bounds the depth to which blocks are told apart.
const maxFrames = 1000

// maxQualified bounds the bytes of a qualified name; what is nested deeper drops
// the names around it.
const maxQualified = 200

// structure finds definitions among the tokens that the scanner reads.
type structure struct {
	*file
	*grammar
	frames []frame
	over   int // brackets open beyond maxFrames
	row    int // of the token
	last   int // row of the last token
	prev   byte
	prevAt int // offset behind the last token
	cond   []condition

	singles int // frames in strings of one line
}

// condition is an open "#if".
type condition struct {
	other bool // in another branch than the first
	depth int  // of frames when the other branch began
}

func newStructure(f *file) *structure {
	p := &structure{file: f, grammar: f.lang.grammar}
	p.frames = append(f.frames, frame{def: -1, opened: -1, column: -1, brace: -1})
	p.top().reset()
	return p
}

func (p *structure) top() *frame { return &p.frames[len(p.frames)-1] }

// begin tells that row i begins outside strings.
func (p *structure) begin(i int) {
	p.row = i
	f := p.top()
	if f.bracket != 0 && f.bracket != '{' || !f.begun() {
		return
	}
	r := &p.rows[i]
	start := p.rows[f.first].indent
	c := p.src[r.at]
	switch {
	case p.lines || p.indented:
		if (r.indent <= start || f.first == f.opened) && !p.goesOn(c) && p.roleOf(p.wordOf(i)) != isWhere {
			p.endStatement()
		}
	case r.indent == start && isWordByte(c) && f.onlyMacro(p, i):
		f.reset()
	}
}

// wordOf returns the first word of row i, or what stands for one.
func (p *structure) wordOf(i int) []byte {
	if w := firstWord(p.text(i)); len(w) > 0 {
		return w
	}
	return p.text(i)[:1]
}

// goesOn reports whether a row that begins with c continues the statement.
func (p *structure) goesOn(c byte) bool {
	switch c {
	case '{', '(', '[', ')', ']', '}', '.', ':', '=', '?', '&', '|', '+', '*', ',', '<', '>':
		return c != '[' && c != '*' || p.prev == ','
	}
	switch p.prev {
	case ',', '=', '.', ':', '&', '|', '+', '(':
		return true
	}
	return false
}

// punct takes a byte that is neither of a word nor a bracket.
func (p *structure) punct(at int) {
	f := p.top()
	c := p.src[at]
	switch c {
	case ';':
		p.endStatement()
		p.prev = c
		return
	case ',':
		if f.angle > 0 && f.key == isNew {
			break // of type parameters
		}
		if f.place == inObject || f.place == inBrackets || p.typed {
			p.endStatement()
			p.prev = c
			return
		}
	case '<':
		if p.angles && f.begun() && f.place != inBlock && !f.assign {
			if f.angle == 0 {
				f.angleAt = at
			}
			f.angle++
		}
	case '>':
		if p.prev == '=' && p.prevAt == at {
			c = 'A' // an arrow
			f.arrow = true
			f.assign = f.assign && f.lhs.end > 0
		} else if p.prev == '-' && p.prevAt == at {
			c = 'a'
		} else if f.angle > 0 {
			if f.angle--; f.angle == 0 && f.path.end == f.angleAt {
				f.path.end = at + 1
				f.follow()
			}
		}
	case '=':
		p.equals(f, at)
	case ':':
		begun := f.begun()
		if f.colon(p, at); begun && !f.begun() {
			p.token(';', at+1)
			return
		}
	default:
		if c == p.annotation && f.place != inMarks && (f.head < 0 || f.words == 0 && c == '@') {
			f.start(p.row)
			f.noting = true
			f.notedAt = at + 1
		}
	}
	if c != ',' && c != p.annotation && !f.begun() && f.place != inMarks {
		f.start(p.row)
		f.headAt(p.row)
	}
	p.token(c, at+1)
}

func (p *structure) token(c byte, end int) { p.prev, p.prevAt, p.last = c, end, p.row }

// equals takes "=", of which "==", "<=", ">=" and "!=" are none.
func (p *structure) equals(f *frame, at int) {
	near := p.prevAt == at
	if near && (p.prev == '=' || p.prev == '!' || p.prev == '>' || p.prev == '<' && f.angle == 0) {
		f.assign = f.assign && f.lhs.end > 0 && p.prev != '='
		return
	}
	if p.properties && at+1 < len(p.src) && p.src[at+1] == '>' && f.lhs.end == 0 {
		f.lhs = f.path
	}
	if next := at + 1; f.angle > 0 || next < len(p.src) && (p.src[next] == '=' || p.src[next] == '>') {
		return
	}
	f.assigns()
}

// open takes an opening bracket.
func (p *structure) open(at int) {
	c := p.src[at]
	if p.over > 0 || len(p.frames) == maxFrames {
		p.over++
		return
	}
	f := p.top()
	r := &p.rows[p.row]
	if c == '{' && p.conditional && r.at == at && r.indent == 0 {
		f = p.resync()
	}
	column := r.indent
	if f.begun() {
		column = p.rows[f.first].indent
	}
	// Frames are large: this one is made where it stays.
	p.frames = append(p.frames, frame{})
	f, n := &p.frames[len(p.frames)-2], &p.frames[len(p.frames)-1]
	n.bracket, n.place, n.keep, n.def = c, inBrackets, true, -1
	n.column, n.brace, n.opened, n.scope = column, r.indent, p.row, f.scope
	n.first, n.head, n.after = -1, -1, -1
	switch {
	case f.place == inMarks || f.noting && p.prevAt == at:
		n.place = inMarks
	case c == '{':
		p.brace(f, n, at)
	case c == '(':
		f.paren(p)
	case f.angle == 0 && !p.assigned:
		f.operatorName(p)
	}
	if c != '{' {
		if f.noting && n.place != inMarks {
			f.noting = false
		}
		if f.noted {
			n.place = inMarks
			f.noted = false
		}
		if !f.begun() {
			f.start(p.row)
			if c != '[' || p.annotation != '[' {
				f.headAt(p.row)
			} else {
				n.place = inMarks
			}
		}
	}
	p.token(c, at+1)
}

// close takes a closing bracket. It returns the string that goes on behind it.
func (p *structure) close(at int) *quote {
	c := p.src[at]
	if p.over > 0 {
		p.over--
		return nil
	}
	k := p.match(c, at)
	if k == 0 {
		p.token(c, at+1)
		return nil
	}
	for len(p.frames) > k+1 {
		p.pop(p.last)
	}
	f := p.top()
	resume, keep := f.resume, f.keep
	p.pop(p.row)
	f = p.top()
	p.token(c, at+1)
	if !keep && f.place != inMarks {
		f.reset()
	}
	return resume
}

// match returns the index of the frame that the closing bracket c ends, 0 for
// none. Where brackets do not pair, the indentation of the line decides.
func (p *structure) match(c byte, at int) int {
	opener := byte('{')
	switch c {
	case ')':
		opener = '('
	case ']':
		opener = '['
	}
	k := len(p.frames) - 1
	if opener != '{' {
		if p.frames[k].bracket == opener {
			return k
		}
		return 0
	}
	for k > 0 && p.frames[k].bracket != '{' && k > len(p.frames)-8 {
		k--
	}
	if k <= 0 || p.frames[k].bracket != '{' {
		return 0
	}
	if p.locked(k) {
		return 0
	}
	r := &p.rows[p.row]
	if r.at != at || p.frames[k].at(r.indent) || p.frames[k].resume != nil {
		return k
	}
	for i := k; i > 0 && i > k-64 && p.frames[i].resume == nil && !p.locked(i); i-- {
		if p.frames[i].bracket == '{' && p.frames[i].def >= 0 && p.frames[i].at(r.indent) {
			return i
		}
	}
	return k
}

// at reports whether a line of that indentation may close the frame.
func (f *frame) at(indent int) bool { return f.column == indent || f.brace == indent }

// pop closes the innermost frame, row being the last one in it.
func (p *structure) pop(row int) {
	p.endStatement()
	f := p.top()
	if f.def >= 0 {
		p.defs[f.def].to = max(p.defs[f.def].to, row+1)
	}
	p.frames = p.frames[:len(p.frames)-1]
}

// resync closes the functions that are open where a brace at the left margin
// shows that they should not be.
func (p *structure) resync() *frame {
	for i := range p.frames {
		f := &p.frames[i]
		if f.bracket == '{' && f.place == inBlock && f.def >= 0 && !p.locked(i) {
			head := p.top().header
			for len(p.frames) > i {
				p.top().reset()
				p.pop(max(p.rowBefore(head), p.defs[p.frames[len(p.frames)-1].defOr(0)].head))
			}
			p.top().header = head
			break
		}
	}
	return p.top()
}

func (f *frame) defOr(n int) int { return max(f.def, n) }

// rowBefore returns the row before the statement of h.
func (p *structure) rowBefore(h header) int {
	if !h.begun() {
		return p.last
	}
	return max(0, h.first-1)
}

// condition takes a line of the preprocessor. Of the branches of an #if only the
// first one can close what was open before it.
func (p *structure) condition(i int) {
	text := p.text(i)[1:]
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	switch word := string(firstWord(text)); word {
	case "if", "ifdef", "ifndef":
		if len(p.cond) < maxFrames {
			p.cond = append(p.cond, condition{})
		}
	case "else", "elif", "elifdef", "elifndef":
		if n := len(p.cond); n > 0 {
			p.leave(&p.cond[n-1], i)
			p.cond[n-1] = condition{true, len(p.frames)}
		}
	case "endif":
		if n := len(p.cond); n > 0 {
			p.leave(&p.cond[n-1], i)
			p.cond = p.cond[:n-1]
		}
	}
}

// leave closes what another branch than the first left open.
func (p *structure) leave(c *condition, i int) {
	for c.other && len(p.frames) > c.depth {
		p.top().reset()
		p.pop(max(0, i-1))
	}
}

// locked reports whether frame k was open before the branch of an #else.
func (p *structure) locked(k int) bool {
	n := len(p.cond)
	return n > 0 && p.cond[n-1].other && k < p.cond[n-1].depth
}

// finish closes what is open at the end of the file or of a script.
func (p *structure) finish() {
	for len(p.frames) > 1 {
		p.pop(p.last)
	}
	p.endStatement()
	p.over, p.singles = 0, 0
	p.file.frames = p.frames[:0]
}

// unwind closes what interpolations in strings of one line left open.
func (p *structure) unwind() {
	p.singles = 0
	for i := range p.frames {
		if q := p.frames[i].resume; q != nil && !q.multi {
			for len(p.frames) > i {
				p.pop(p.last)
			}
			return
		}
	}
}

// str takes a string.
func (p *structure) str(at, end int) {
	f := p.top()
	if f.place != inMarks {
		if f.noting && p.prevAt != at {
			f.noting = false
		}
		f.start(p.row)
		f.headAt(p.row)
		if at >= p.rows[p.row].at && (p.strings || f.place == inObject) {
			f.path = span{at, end}
			if p.strings && f.name.end == 0 && f.key != noRole {
				f.name = f.path
			}
		}
	}
	p.token('"', end)
}
