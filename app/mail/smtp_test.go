package mail_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/mail"
	"zugabe/app/mail/receive"
)

func message() mail.Message {
	return mail.Message{ID: "m1.1@points.example.com", From: "post@points.example.com", FromName: "Kontor Nörd", ReplyTo: "shop@kontor.example", To: "eva@example.com",
		Subject: "Bitte bestätigen Sie Ihre Anmeldung – größer als früher", Text: "Grüße\n.\n..zwei Punkte", HTML: "<p>Grüße</p>", Language: "de",
		Headers: map[string]string{"List-Unsubscribe": "<https://kontor.example/leave?t=" + strings.Repeat("x", 90) + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
		At:      time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
}

// box is a mail server of a test with what it got.
type box struct {
	mu   sync.Mutex
	got  []receive.Mail
	addr string
}

func newBox(t *testing.T, answer func(receive.Step, string) string) *box {
	t.Helper()
	b := &box{}
	s := &receive.Server{Answer: answer, Keep: func(m receive.Mail) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.got = append(b.got, m)
	}}
	var err error
	if b.addr, err = s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return b
}

func (b *box) server(t *testing.T) *mail.Server {
	t.Helper()
	s, err := mail.ParseServer("smtp://" + b.addr)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	b := newBox(t, nil)
	m := message()
	if err := b.server(t).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(b.got) != 1 {
		t.Fatalf("%d mails", len(b.got))
	}
	got := b.got[0]
	text := strings.ReplaceAll(strings.TrimSpace(got.Text), "\r\n", "\n")
	if got.Subject != m.Subject || text != m.Text || !strings.Contains(got.HTML, m.HTML) || got.To != m.To || got.From != m.From {
		t.Errorf("subject %q text %q html %q to %q from %q", got.Subject, got.Text, got.HTML, got.To, got.From)
	}
	from, err := got.Header.AddressList("From")
	if err != nil || from[0].Name != m.FromName {
		t.Errorf("from %v %v", from, err)
	}
	if got.Header.Get("Message-Id") != "<"+m.ID+">" || got.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" ||
		got.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(got.Header.Get("Reply-To"), m.ReplyTo) {
		t.Errorf("headers %v", got.Header)
	}
	if leave := got.Header.Get("List-Unsubscribe"); leave != m.Headers["List-Unsubscribe"] {
		t.Errorf("the address to leave at became %q", leave)
	}
}

func TestEveryAnswerOfAServerHasItsMeaning(t *testing.T) {
	for name, c := range map[string]struct {
		at     receive.Step
		answer string
		want   error // nil = try later
	}{
		"no such mailbox":              {receive.AtTo, "550 5.1.1 no such user eva@example.com", mail.ErrNoMailbox},
		"no such mailbox, old server":  {receive.AtTo, "550 who is that", mail.ErrNoMailbox},
		"the server does not like us":  {receive.AtTo, "550 5.7.1 blocked", mail.ErrRejected},
		"a full mailbox":               {receive.AtTo, "452 4.2.2 full", nil},
		"greylisting":                  {receive.AtTo, "451 4.7.1 later", nil},
		"the sender is refused":        {receive.AtFrom, "550 5.7.1 who are you", nil},
		"no data now":                  {receive.AtData, "421 4.3.0 closing", nil},
		"the content is refused":       {receive.AtEnd, "554 5.7.1 spam", mail.ErrRejected},
		"busy at the end":              {receive.AtEnd, "451 4.3.0 later", nil},
		"hung up before the message":   {receive.AtTo, receive.HangUp, nil},
		"hung up instead of answering": {receive.AtEnd, receive.HangUp, mail.ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, func(at receive.Step, _ string) string {
				if at == c.at {
					return c.answer
				}
				return ""
			})
			err := b.server(t).Send(t.Context(), message())
			if err == nil {
				t.Fatal("it went out")
			}
			if strings.Contains(err.Error(), "eva@") {
				t.Errorf("the error names the address: %v", err)
			}
			for _, known := range []error{mail.ErrNoMailbox, mail.ErrRejected, mail.ErrUnknown, mail.ErrMessage} {
				if errors.Is(err, known) != (known == c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
			}
		})
	}
}

func TestAServerThatIsAwayIsTriedLater(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	s, err := mail.ParseServer("smtp://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Send(context.Background(), message())
	for _, final := range []error{mail.ErrNoMailbox, mail.ErrRejected, mail.ErrUnknown, mail.ErrMessage} {
		if err == nil || errors.Is(err, final) {
			t.Errorf("%v", err)
		}
	}
}

func TestAMailServersAddressIsReadAndNeverShowsThePassword(t *testing.T) {
	for raw, want := range map[string]string{
		"smtp://u:p@mail.example.com": "mail.example.com:587", "smtps://mail.example.com": "mail.example.com:465", "smtp://127.0.0.1:2525": "127.0.0.1:2525",
		"http://mail.example.com": "", "mail.example.com": "", "smtp://": "", "smtp://a:b@c:99999": "", "smtp://c/x": "",
	} {
		s, err := mail.ParseServer(raw)
		if want == "" {
			if err == nil {
				t.Errorf("%s was taken", raw)
			}
			continue
		}
		if err != nil || s.String() != want {
			t.Errorf("%s: %v %v", raw, s, err)
		}
	}
}

// covers: I8
func FuzzNoTextBecomesAHeaderOrARecipient(f *testing.F) {
	for _, seed := range []string{"Eva", "a\r\nBcc: x@y.example", "=?utf-8?q?=0D=0ABcc:_x?=", "\"x\" <a@b.example>", "a@b.example,c@d.example", "a\u2028Bcc: x", "ä@ö.example"} {
		f.Add(seed, "shop@kontor.example", "eva@example.com")
		f.Add("Kontor", seed, "eva@example.com")
		f.Add("Kontor", "shop@kontor.example", seed)
	}
	f.Fuzz(func(t *testing.T, words, reply, to string) {
		m := message()
		m.FromName, m.Subject, m.ReplyTo, m.To = words, words, reply, to
		raw, err := m.Bytes()
		if err != nil {
			return
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		allowed := map[string]bool{}
		for _, name := range []string{"From", "To", "Reply-To", "Subject", "Message-Id", "Message-ID", "Date", "Mime-Version", "MIME-Version", "Content-Type", "Content-Language",
			"Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Transfer-Encoding"} {
			allowed[name] = true
		}
		seen := map[string]int{}
		for _, line := range strings.Split(head, "\r\n") {
			if strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a bare line break in %q", line)
			}
			if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
				continue
			}
			name, _, _ := strings.Cut(line, ":")
			if seen[name]++; !allowed[name] || seen[name] > 1 {
				t.Fatalf("header %q in\n%s", name, head)
			}
		}
	})
}
