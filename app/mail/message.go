// Package mail composes e-mails and hands them to a mail server. What is said to
// whom, and when, is decided elsewhere.
package mail

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is one e-mail to one person, as plain text and as HTML with the same words.
type Message struct {
	ID       string // Message-ID without angle brackets: the same mail always has the same
	From     string // bare address
	FromName string
	ReplyTo  string // bare address or empty
	To       string // bare address
	Subject  string
	Text     string
	HTML     string
	Headers  map[string]string // others, such as List-Unsubscribe
	Language string            // BCP 47
	At       time.Time
}

// ErrMessage says that a message cannot be sent as it is: no try will help.
var ErrMessage = errors.New("the message is not one that can be sent")

const maxHeader = 900 // bytes; servers cut lines at 998

// Validate refuses what would smuggle a header or a recipient into the message, and
// addresses that are not exactly one bare address (I8).
func (m Message) Validate() error {
	for name, value := range map[string]string{"from": m.From, "to": m.To, "reply-to": m.ReplyTo} {
		if value == "" && name == "reply-to" {
			continue
		}
		if err := CheckAddress(value); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrMessage, name, err)
		}
	}
	lines := map[string]string{"sender's name": m.FromName, "subject": m.Subject, "message id": m.ID, "language": m.Language}
	for name, value := range m.Headers {
		if !headerName(name) {
			return fmt.Errorf("%w: a header has no proper name", ErrMessage)
		}
		lines[name] = value
	}
	for name, value := range lines {
		if err := oneLine(value); err != nil {
			return fmt.Errorf("%w: %s %w", ErrMessage, name, err)
		}
	}
	if m.ID == "" || strings.ContainsAny(m.ID, "<> ") || strings.Count(m.ID, "@") != 1 {
		return fmt.Errorf("%w: the message id has a wrong form", ErrMessage)
	}
	if strings.TrimSpace(m.Text) == "" {
		return fmt.Errorf("%w: it says nothing", ErrMessage)
	}
	return nil
}

// CheckAddress takes exactly one bare address of at most 254 bytes, without a name, a
// comment, quotes or anything invisible.
func CheckAddress(address string) error {
	if len(address) > 254 || address == "" {
		return errors.New("an address has 1 to 254 bytes")
	}
	if err := oneLine(address); err != nil {
		return err
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || strings.ContainsAny(address, " \t\"(),:;<>[\\]%!") {
		return errors.New("this is not one bare address")
	}
	at := strings.LastIndexByte(address, '@')
	if at > 64 || !strings.Contains(address[at+1:], ".") || strings.HasSuffix(address, ".") {
		return errors.New("this is not an address on the internet")
	}
	return nil
}

func oneLine(s string) error {
	if !utf8.ValidString(s) || len(s) > maxHeader || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
	}) {
		return errors.New("must be one line of plain text")
	}
	return nil
}

func headerName(s string) bool {
	return s != "" && len(s) < 60 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// compose makes what a server takes.
func (m Message) compose() (*gomail.Msg, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	var failed []error
	failed = append(failed, msg.FromFormat(m.FromName, m.From), msg.To(m.To))
	if m.ReplyTo != "" {
		failed = append(failed, msg.ReplyTo(m.ReplyTo))
	}
	if err := errors.Join(failed...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMessage, err)
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated")
	if m.Language != "" {
		msg.SetGenHeader(gomail.Header("Content-Language"), m.Language)
	}
	for name, value := range m.Headers {
		msg.SetGenHeaderPreformatted(gomail.Header(name), value)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

// Bytes is the message as it goes over the wire.
func (m Message) Bytes() ([]byte, error) {
	msg, err := m.compose()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
