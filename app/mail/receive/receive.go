// Package receive is a small mail server that keeps what it is given: the demo's
// mailbox, and the other side of tests. It speaks SMTP without encryption and
// listens on this machine only.
package receive

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
)

// Mail is one that was taken.
type Mail struct {
	From    string // of the envelope
	To      string
	Header  mail.Header
	Subject string // decoded
	Text    string
	HTML    string
	Raw     []byte
}

// Step is where a conversation is when a Server is asked what to answer.
type Step string

// The steps at which an answer can be chosen.
const (
	AtFrom Step = "MAIL"
	AtTo   Step = "RCPT"
	AtData Step = "DATA"
	AtEnd  Step = "." // the message is complete
)

// HangUp as an answer ends the conversation without one.
const HangUp = "hang up"

const maxMessage = 2 << 20

// Server takes mails. Keep is called for each, one at a time; Answer may refuse:
// an empty answer is yes, others are sent as they are ("550 5.1.1 no such user").
type Server struct {
	Keep   func(Mail)
	Answer func(at Step, to string) string

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
	closed   bool
	all      sync.WaitGroup
}

// Start listens on addr, "127.0.0.1:0" for any port, and says where.
func (s *Server) Start(addr string) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	s.listener, s.open = l, map[net.Conn]bool{}
	s.mu.Unlock()
	s.all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.all.Go(func() { s.serve(conn) })
		}
	})
	return l.Addr().String(), nil
}

// Close ends every conversation.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	err := s.listener.Close()
	for conn := range s.open {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.all.Wait()
	return err
}

func (s *Server) serve(conn net.Conn) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = conn.Close()
		return
	}
	s.open[conn] = true
	s.mu.Unlock()
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.open, conn)
		s.mu.Unlock()
	}()
	t := talk{server: s, text: textproto.NewReader(bufio.NewReader(io.LimitReader(conn, 4*maxMessage))), out: conn}
	t.say("220 mailbox")
	for t.step() == nil {
	}
}

// talk is one conversation.
type talk struct {
	server   *Server
	text     *textproto.Reader
	out      io.Writer
	from, to string
}

var errOver = errors.New("the conversation is over")

func (t *talk) say(line string) { _, _ = io.WriteString(t.out, line+"\r\n") }

// may asks what to answer; yes is said by the caller.
func (t *talk) may(at Step) (bool, error) {
	if t.server.Answer == nil {
		return true, nil
	}
	switch answer := t.server.Answer(at, t.to); answer {
	case "":
		return true, nil
	case HangUp:
		return false, errOver
	default:
		t.say(answer)
		return false, nil
	}
}

func (t *talk) step() error {
	line, err := t.text.ReadLine()
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		t.say("250-mailbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES")
	case "MAIL":
		t.from = path(rest)
		return t.agreed(AtFrom)
	case "RCPT":
		t.to = path(rest)
		return t.agreed(AtTo)
	case "DATA":
		return t.data()
	case "RSET", "NOOP":
		t.say("250 ok")
	case "QUIT":
		t.say("221 bye")
		return errOver
	default:
		t.say("502 not here")
	}
	return nil
}

func (t *talk) agreed(at Step) error {
	ok, err := t.may(at)
	if ok {
		t.say("250 ok")
	}
	return err
}

func (t *talk) data() error {
	if ok, err := t.may(AtData); !ok || err != nil {
		return err
	}
	t.say("354 go on")
	raw, err := t.text.ReadDotBytes()
	if err != nil || len(raw) > maxMessage {
		return errors.Join(err, errOver)
	}
	m, err := read(raw)
	if err != nil {
		t.say("554 5.6.0 this is no message")
		return nil
	}
	m.From, m.To = t.from, t.to
	ok, err := t.may(AtEnd)
	if !ok && err == nil {
		return nil
	}
	t.server.mu.Lock()
	if t.server.Keep != nil {
		t.server.Keep(m)
	}
	t.server.mu.Unlock()
	if err == nil {
		t.say("250 2.0.0 taken")
	}
	return err
}

// path is the address in "FROM:<a@b> BODY=8BITMIME".
func path(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}

func read(raw []byte) (Mail, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, err
	}
	m := Mail{Header: msg.Header, Raw: raw}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return Mail{}, err
	}
	return m, m.part(textproto.MIMEHeader(msg.Header), msg.Body)
}

func (m *Mail) part(h textproto.MIMEHeader, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.part(p.Header, p); err != nil {
				return err
			}
		}
	}
	if strings.EqualFold(h.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if kind == "text/html" {
		m.HTML = string(text)
	} else {
		m.Text = string(text)
	}
	return err
}
