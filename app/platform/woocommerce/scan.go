package woocommerce

import "encoding/json"

// maxDepth is how deep JSON may be nested; WooCommerce stays below ten.
const maxDepth = 200

// scanner reads JSON in one pass and keeps only what is asked for: of the 5 kB
// of an order we need one, and booking spends most of its own time here. It
// refuses what encoding/json refuses. After the first error everything it is
// asked for is empty, and err says why.
type scanner struct {
	body  []byte
	at    int
	depth int
	err   error
}

// scan has read take the one value of a body; an error is platform.ErrMalformed.
func scan(body []byte, read func(s *scanner)) error {
	if err := checkText(body); err != nil {
		return err
	}
	s := &scanner{body: body}
	read(s)
	if s.next(); s.at < len(s.body) {
		s.fail()
	}
	return s.err
}

func (s *scanner) fail() {
	if s.err == nil {
		s.err = malformed("not JSON of the expected form at byte %d", s.at)
	}
	s.at = len(s.body)
}

// next is the first byte behind the white space, 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.body); s.at++ {
		if c := s.body[s.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

// object calls member once for each member, in order; it must read the value.
// A null has none.
func (s *scanner) object(member func(name []byte)) {
	if s.null() {
		return
	}
	s.list('{', '}', func() {
		name, plain := s.quoted()
		if !plain {
			name = []byte(unquote(name, plain))
		}
		if !s.take(':') {
			s.fail()
			return
		}
		member(name)
	})
}

// array calls each before each element; it must read it. It says whether there
// is one, and not a null.
func (s *scanner) array(each func()) bool {
	if s.null() {
		return false
	}
	s.list('[', ']', each)
	return s.err == nil
}

func (s *scanner) list(open, end byte, each func()) {
	if s.depth++; s.depth > maxDepth || !s.take(open) {
		s.fail()
		return
	}
	for more := !s.take(end); more; {
		each()
		if more = s.take(','); !more && !s.take(end) {
			s.fail()
		}
	}
	s.depth--
}

// skip passes over one value of any form.
func (s *scanner) skip() {
	switch s.next() {
	case '{':
		s.object(func([]byte) { s.skip() })
	case '[':
		s.array(s.skip)
	case '"':
		s.quoted()
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.number()
	}
}

func (s *scanner) word(w string) {
	if len(s.body)-s.at < len(w) || string(s.body[s.at:s.at+len(w)]) != w {
		s.fail()
		return
	}
	s.at += len(w)
}

// null takes a null, if there is one.
func (s *scanner) null() bool {
	if s.next() != 'n' {
		return false
	}
	s.word("null")
	return true
}

// string reads a string; null is "".
func (s *scanner) string() string {
	if s.null() {
		return ""
	}
	return unquote(s.quoted())
}

// text reads a string or a number as it is written; null is "".
func (s *scanner) text() text {
	if c := s.next(); c == '"' || c == 'n' {
		return text(s.string())
	}
	return text(string(s.number()))
}

// hint reads a string that nothing hangs on: whatever else stands there is "".
func (s *scanner) hint() string {
	if s.next() == '"' {
		return s.string()
	}
	s.skip()
	return ""
}

// quoted reads a string and returns what stands between its quotes; plain says
// that nothing in it is escaped.
func (s *scanner) quoted() (raw []byte, plain bool) {
	if !s.take('"') {
		s.fail()
		return nil, true
	}
	plain = true
	for from := s.at; s.at < len(s.body); {
		switch c := s.body[s.at]; {
		case c == '"':
			s.at++
			return s.body[from : s.at-1], plain
		case c == '\\':
			plain = false
			s.at += escapeLen(s.body[s.at:])
		case c < ' ':
			s.fail()
		default:
			s.at++
		}
	}
	s.fail()
	return nil, true
}

// escapeLen is how long the escape is that b begins with. A wrong one is longer
// than b: the string has no end.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return len(b) + 1
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		for i := 2; i < 6; i++ {
			if i >= len(b) || !isHex(b[i]) {
				return len(b) + 1
			}
		}
		return 6
	}
	return len(b) + 1
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// unquote is the text of what quoted returned.
func unquote(raw []byte, plain bool) string {
	if plain {
		return string(raw)
	}
	var s string
	_ = json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &s) // quoted has checked it
	return s
}

// number reads a number and returns it as it is written.
func (s *scanner) number() []byte {
	s.next()
	from := s.at
	if s.at < len(s.body) && s.body[s.at] == '-' {
		s.at++
	}
	zero := s.at < len(s.body) && s.body[s.at] == '0'
	whole := s.digits()
	ok := whole == 1 || whole > 1 && !zero
	if ok && s.at < len(s.body) && s.body[s.at] == '.' {
		s.at++
		ok = s.digits() > 0
	}
	if ok && s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.body) && (s.body[s.at] == '+' || s.body[s.at] == '-') {
			s.at++
		}
		ok = s.digits() > 0
	}
	if !ok {
		s.fail()
		return nil
	}
	return s.body[from:s.at]
}

func (s *scanner) digits() (n int) {
	for ; s.at < len(s.body) && s.body[s.at]-'0' <= 9; s.at++ {
		n++
	}
	return n
}
