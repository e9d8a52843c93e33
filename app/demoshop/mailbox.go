package demoshop

import (
	"regexp"
	"strings"

	"zugabe/app/mail/receive"
)

var firstLink = regexp.MustCompile(`https?://\S+`)

// Post is the mailbox's mail server: what the app sends lands beside the shop's own
// mails. Start it, and close it in the end.
func (s *Shop) Post() *receive.Server {
	return &receive.Server{Keep: func(got receive.Mail) {
		text := strings.ReplaceAll(got.Text, "\r\n", "\n")
		text, _, _ = strings.Cut(text, "\n-- \n")
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mail(got.To, got.Subject, strings.TrimSpace(text), firstLink.FindString(text))
		s.mails[len(s.mails)-1].HTML = got.HTML
		s.mails[len(s.mails)-1].Leave = strings.Trim(got.Header.Get("List-Unsubscribe"), "<>")
	}}
}

// Mails are the mails to an address, oldest first; all with "".
func (s *Shop) Mails(to string) []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Mail
	for _, m := range s.mails {
		if to == "" || strings.EqualFold(m.To, to) {
			list = append(list, *m)
		}
	}
	return list
}
