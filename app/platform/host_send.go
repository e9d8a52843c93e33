package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// MaxReply caps the bytes we read of a host's answer.
const MaxReply = 16 << 20

// Reply is a host's answer, its body read whole.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// Send does one request and says what came of it in the errors of this package.
// mutates means that the host may do something because of it: then an answer
// that got lost is ErrUnknown (look it up), while a lost answer to a question is
// ErrUnreachable (ask again). If not one byte left us, nothing happened and it is
// ErrUnreachable for both. The Reply is returned with the error where there is one.
func Send(client *http.Client, req *http.Request, mutates bool) (Reply, error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	res, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", Lost(mutates && sent.Load()), withoutURL(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxReply+1))
	reply := Reply{Status: res.StatusCode, Header: res.Header, Body: body}
	if err != nil {
		return reply, fmt.Errorf("%w: answer cut off: %w", Lost(mutates), withoutURL(err))
	}
	if len(body) > MaxReply {
		return reply, fmt.Errorf("%w: answer over %d bytes", Lost(mutates), MaxReply)
	}
	return reply, Classify(reply, mutates)
}

// Lost is the outcome of a request whose answer did not come.
func Lost(mutates bool) error {
	if mutates {
		return ErrUnknown
	}
	return ErrUnreachable
}

// Classify turns an HTTP status into an outcome; nil for 2xx.
func Classify(r Reply, mutates bool) error {
	switch s := r.Status; {
	case s >= 200 && s < 300:
		return nil
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return fmt.Errorf("%w: status %d", ErrRevoked, s)
	case s == http.StatusPaymentRequired, s == http.StatusLocked:
		return fmt.Errorf("%w: status %d", ErrFrozen, s)
	case s == http.StatusNotFound, s == http.StatusGone:
		return fmt.Errorf("%w: status %d", ErrGone, s)
	case s == http.StatusTooManyRequests, s == 430: // 430 is Shopify's refusal of a caller that it takes for a robot
		return Throttled{After: retryAfter(r.Header)}
	case s >= 300 && s < 400:
		return fmt.Errorf("%w: redirected with status %d", ErrUnreachable, s) // never followed, so nothing was done
	case s == http.StatusRequestTimeout, s >= 500:
		return fmt.Errorf("%w: status %d", Lost(mutates), s)
	default:
		return Refused("status %d: %s", s, Excerpt(r.Body))
	}
}

// Excerpt is the beginning of an answer for people to read, on one line.
func Excerpt(body []byte) string {
	const most = 200
	if len(body) > most {
		body = body[:most]
	}
	return strings.ToValidUTF8(strings.Join(strings.Fields(string(body)), " "), "?")
}

const (
	defaultRetryAfter = 2 * time.Second
	maxRetryAfter     = 15 * time.Minute
)

// retryAfter reads seconds ("2.0") or an HTTP date, measured against the answer's own Date.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	d := defaultRetryAfter
	if whole, _, _ := strings.Cut(value, "."); whole != "" {
		if n, err := strconv.ParseInt(whole, 10, 32); err == nil {
			d = time.Duration(n)*time.Second + fraction(value)
		}
	}
	if at, err := http.ParseTime(value); err == nil {
		if now, err := http.ParseTime(h.Get("Date")); err == nil {
			d = at.Sub(now)
		}
	}
	return min(max(d, time.Second), maxRetryAfter)
}

// fraction rounds a started second up.
func fraction(value string) time.Duration {
	if _, frac, _ := strings.Cut(value, "."); strings.Trim(frac, "0") != "" {
		return time.Second
	}
	return 0
}

// withoutURL drops the address from a client error: it can carry secrets and is noise in logs.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// gaveUp says that the caller itself stopped waiting, which tells nothing about the host.
func gaveUp(err error) bool { return errors.Is(err, context.Canceled) }
