package browser_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-rod/rod"
)

var (
	binary   string       // the app, built once for all tests
	chromium *rod.Browser // one for all tests; each visitor has a profile of their own
	scratch  string       // gone at the end
)

func TestMain(m *testing.M) {
	code, err := around(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func around(m *testing.M) (code int, err error) {
	if scratch, err = os.MkdirTemp("", "zugabe-browser-"); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	binary = filepath.Join(scratch, "zugabe")
	build := exec.Command("go", "build", "-o", binary, "zugabe/app")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return 1, err
	}
	stop, err := startChromium(filepath.Join(scratch, "profile"))
	if err != nil {
		return 1, err
	}
	defer stop()
	defer endShops()
	return m.Run(), nil
}

// startChromium starts Debian's Chromium without a window. It ends with stop, and
// with this process at the latest.
func startChromium(profile string) (stop func(), err error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("the browser's tests need Chromium, which make test-deps installs: %w", err)
	}
	said := &bytes.Buffer{}
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
		"--user-data-dir="+profile, "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--mute-audio", "--disable-features=Translate,OptimizationHints,MediaRouter", "about:blank")
	cmd.Env = append(os.Environ(), "LANGUAGE=en")
	cmd.Stderr = said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	kill := func() { _ = cmd.Process.Kill(); <-ended }
	address, err := debugAddress(filepath.Join(profile, "DevToolsActivePort"), ended)
	if err == nil {
		chromium = rod.New().ControlURL(address)
		err = chromium.Connect()
	}
	if err != nil {
		kill()
		return nil, fmt.Errorf("chromium did not start: %w\n%s", err, said)
	}
	return func() {
		_ = chromium.Close()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			kill()
		}
	}, nil
}

// debugAddress waits for the file in which Chromium says where it listens.
func debugAddress(file string, ended <-chan struct{}) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		text, _ := os.ReadFile(file)
		if port, path, found := strings.Cut(strings.TrimSpace(string(text)), "\n"); found {
			return "ws://127.0.0.1:" + port + path, nil
		}
		select {
		case <-tick.C:
		case <-ended:
			return "", errors.New("it ended at once")
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
