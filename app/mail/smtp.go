package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// What a server, or the way to it, made of a message. Any other error than these and
// ErrMessage means that nothing was taken and a later try may work.
var (
	ErrNoMailbox = errors.New("the address takes no mail")         // for good
	ErrRejected  = errors.New("the mail server refuses the mail")  // for good, and not because of the address
	ErrUnknown   = errors.New("the mail server may have taken it") // the answer was lost
)

// Server is a mail server that takes our mails.
type Server struct {
	host     string
	port     int
	user     string
	password string
	implicit bool // TLS from the first byte
	plain    bool // no TLS: only on this machine
	timeout  time.Duration
}

// ParseServer reads smtps://user:password@host:465 (TLS from the start) or
// smtp://user:password@host:587 (STARTTLS is required, except for this machine).
func ParseServer(raw string) (*Server, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errors.New("is no mail server; write smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	s := &Server{host: u.Hostname(), port: 587, implicit: u.Scheme == "smtps", timeout: 20 * time.Second}
	if s.implicit {
		s.port = 465
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("has no proper port")
		}
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	ip := net.ParseIP(s.host)
	s.plain = !s.implicit && (s.host == "localhost" || ip != nil && ip.IsLoopback())
	return s, nil
}

// String names the server without user and password.
func (s *Server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// Send hands a message over. Nil means that the server has taken it.
func (s *Server) Send(ctx context.Context, m Message) error {
	msg, err := m.compose()
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options()...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return outcome(msg, client.DialAndSendWithContext(ctx, msg))
}

func (s *Server) options() []gomail.Option {
	o := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(s.timeout), gomail.WithoutNoop()}
	switch {
	case s.implicit:
		o = append(o, gomail.WithSSL())
	case s.plain:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return o
}

// outcome reads what became of a message. What comes after the server's "taken" does
// not matter; a lost answer to the message's end is neither yes nor no. Errors carry
// the server's code but not its words, which repeat the address.
func outcome(msg *gomail.Msg, err error) error {
	if err == nil || msg.IsDelivered() {
		return nil
	}
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		return fmt.Errorf("the mail server cannot be reached: %w", bare(err))
	}
	code := sent.ErrorCode()
	said := strings.TrimSpace(strconv.Itoa(code) + " " + sent.EnhancedStatusCode())
	if code == 0 {
		said = "no answer"
	}
	stage := sent.Reason
	switch {
	case stage == gomail.ErrSMTPDataClose && code == 0:
		return ErrUnknown
	case code >= 500 && stage == gomail.ErrSMTPRcptTo && deadMailbox(code, sent.EnhancedStatusCode()):
		return fmt.Errorf("%w: %s", ErrNoMailbox, said)
	case code >= 500 && (stage == gomail.ErrSMTPRcptTo || stage == gomail.ErrSMTPDataClose):
		return fmt.Errorf("%w: %s", ErrRejected, said)
	}
	return fmt.Errorf("the mail server does not take the mail now: %s", said)
}

// deadMailbox tells an address that does not exist from a server that does not like us.
func deadMailbox(code int, enhanced string) bool {
	if enhanced != "" {
		return strings.HasPrefix(enhanced, "5.1.") || enhanced == "5.2.1"
	}
	return code == 550 || code == 551 || code == 553
}

// bare keeps an error of the network and drops what a server said.
func bare(err error) error {
	var network net.Error
	if errors.As(err, &network) {
		var op *net.OpError
		if errors.As(err, &op) && op.Err != nil {
			return op.Err
		}
		return errors.New("time-out or network trouble")
	}
	return errors.New("it does not accept the connection, the encryption or the password")
}
