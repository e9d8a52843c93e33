package browser_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is for a machine that has much else to do.
const patience = 30 * time.Second

// shop is one running demo: the app, and the shop that it is installed in.
type shop struct {
	app, store string // origins
	log        *lockedBuffer
	cmd        *exec.Cmd
	ended      chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// emptyShop has goods and four accounts, and no past.
func emptyShop(t *testing.T) *shop {
	t.Helper()
	s, err := startShop("--history=0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.end)
	return s
}

var emails atomic.Int64

var shared struct {
	once sync.Once
	shop *shop
	err  error
}

// fullShop has some months of a past. All tests that only look share it.
func fullShop(t *testing.T) *shop {
	t.Helper()
	shared.once.Do(func() {
		shared.shop, shared.err = startShop("--history=90", "--members=80", "--orders=300")
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.shop
}

func endShops() {
	if shared.shop != nil {
		shared.shop.end()
	}
}

// startShop returns when the app is installed and the past, if any, was played.
func startShop(args ...string) (*shop, error) {
	s := &shop{log: &lockedBuffer{}, ended: make(chan struct{})}
	ports := [2]string{}
	for i := range ports {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		ports[i] = port
	}
	s.app, s.store = "http://"+ports[0], "http://"+ports[1]
	s.cmd = exec.Command(binary, append([]string{"demo", "--listen=" + ports[0], "--shop-listen=" + ports[1]}, args...)...)
	s.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + scratch, "TMPDIR=" + scratch, "GOGC=" + os.Getenv("GOGC")}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	ready := "Stop with Ctrl+C"
	if args[0] != "--history=0" {
		ready = "were played in"
	}
	err := wait("the demo is ready", 2*patience, func() (bool, error) {
		select {
		case <-s.ended:
			return false, errors.New("the demo ended")
		default:
			return strings.Contains(s.log.String(), ready), nil
		}
	})
	if err != nil {
		s.end()
		return nil, fmt.Errorf("%w\n%s", err, s.log)
	}
	return s, nil
}

func (s *shop) end() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

// freePort is an address that nobody listens at.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// wait asks until it is so. It gives up on an error, or when the time is over.
func wait(what string, most time.Duration, so func() (bool, error)) error {
	over := time.After(most)
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := so(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-over:
			return errors.New("waited in vain until " + what)
		}
	}
}

// token is a session token of the merchant, as the host's admin hands it out.
func (s *shop) token(t *testing.T) string {
	t.Helper()
	var said struct{ Token string }
	s.json(t, s.store+"/admin/session-token", "", &said)
	return said.Token
}

// ask reads from the app's API as the merchant does.
func (s *shop) ask(t *testing.T, path string, into any) {
	t.Helper()
	s.json(t, s.app+"/api/admin/v1"+path, s.token(t), into)
}

func (s *shop) json(t *testing.T, address, bearer string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", address, res.StatusCode, body, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v in %s", address, err, body)
	}
}

// somebody visits the shop without a browser: for what a test only prepares.
type somebody struct {
	t      *testing.T
	shop   *shop
	client *http.Client
}

func (s *shop) somebody(t *testing.T) *somebody {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &somebody{t, s, &http.Client{Jar: jar, Timeout: patience}}
}

// post sends a form of the shop and returns the page that follows.
func (b *somebody) post(path string, form url.Values) string {
	b.t.Helper()
	res, err := b.client.PostForm(b.shop.store+path, form)
	return b.page(path, res, err)
}

func (b *somebody) page(path string, res *http.Response, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 400 {
		b.t.Fatalf("%s: %d %v\n%s", path, res.StatusCode, err, body)
	}
	return string(body)
}

// joins opens an account at the shop, and waits until the app knows the member.
func (s *shop) joins(t *testing.T, first, last string) *somebody {
	t.Helper()
	who := s.somebody(t)
	address := fmt.Sprintf("somebody%d@browser.example", emails.Add(1))
	who.post("/register", url.Values{"email": {address}, "first": {first}, "last": {last}})
	err := wait(first+" is a member", patience, func() (bool, error) {
		var said struct{ Items []struct{ ID string } }
		s.ask(t, "/members?search="+address, &said)
		return len(said.Items) == 1, nil
	})
	must(t, err)
	return who
}

// match is the first group of the pattern in the text.
func match(t *testing.T, pattern, text string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if len(found) < 2 {
		t.Fatalf("no %s in\n%s", pattern, text)
	}
	return found[1]
}
