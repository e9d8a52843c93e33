package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// Why a page of a shop could not be looked at.
var (
	ErrElsewhere = errors.New("the page leads to another address")
	ErrTooLarge  = errors.New("the page is too large")
)

const (
	pageTime     = 5 * time.Second
	pageBytes    = 2 << 20
	pageForwards = 4
)

// Pages opens public pages of shops as a visitor who is not signed in.
type Pages struct {
	transport http.RoundTripper
	base      func(domain string) string
}

// NewPages reaches shops where baseURL says, nil = https on their own name. Unless
// private addresses are allowed, only public ones are called, by NewClient's rule.
func NewPages(o ClientOptions, baseURL func(domain string) string) *Pages {
	o.Timeout = pageTime
	if baseURL == nil {
		baseURL = func(domain string) string { return "https://" + domain }
	}
	return &Pages{transport: NewClient(o).Transport, base: baseURL}
}

// Page is a page as a visitor gets it.
type Page struct {
	Path   string // where it was found in the end
	Status int
	Body   []byte
}

// Visit is one visitor's round through one shop: cookies last as long as it does.
type Visit struct {
	client *http.Client
	home   *url.URL
}

// Visit begins a round through the shop of that name.
func (p *Pages) Visit(domain string) (*Visit, error) {
	home, err := url.Parse(p.base(domain))
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	stay := func(next *http.Request, before []*http.Request) error {
		if next.URL.Host != home.Host || next.URL.Scheme != home.Scheme || len(before) > pageForwards {
			return fmt.Errorf("%w: %s", ErrElsewhere, next.URL.Host)
		}
		return nil
	}
	return &Visit{home: home, client: &http.Client{Transport: p.transport, Timeout: pageTime, Jar: jar, CheckRedirect: stay}}, nil
}

// Open gets one page. Redirects are followed inside the shop only (ErrElsewhere
// names the other host); more than 2 MB is ErrTooLarge, no answer in five seconds
// ErrUnreachable.
func (v *Visit) Open(ctx context.Context, path string) (Page, error) {
	at, err := v.home.Parse(path)
	if err != nil || at.Host != v.home.Host || at.Scheme != v.home.Scheme {
		return Page{}, ErrElsewhere
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return Page{}, err
	}
	return v.send(req)
}

// Post sends a form, as a visitor does who puts something into the cart; path has
// no host.
func (v *Visit) Post(ctx context.Context, path string, form url.Values) (Page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.home.JoinPath(path).String(), strings.NewReader(form.Encode()))
	if err != nil {
		return Page{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(req)
}

func (v *Visit) send(req *http.Request) (Page, error) {
	req.Header.Set("User-Agent", "Zugabe page check")
	req.Header.Set("Accept", "text/html")
	res, err := v.client.Do(req)
	if errors.Is(err, ErrElsewhere) {
		return Page{}, err
	}
	if err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, pageBytes+1))
	if err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if len(body) > pageBytes {
		return Page{}, ErrTooLarge
	}
	return Page{Path: res.Request.URL.Path, Status: res.StatusCode, Body: body}, nil
}
