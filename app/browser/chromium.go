package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-rod/rod"
)

// ErrNoChromium says that the machine has no browser to look with.
var ErrNoChromium = errors.New("there is no chromium on this machine; make test-deps installs it")

// Chromium is a running browser without a window.
type Chromium struct {
	*rod.Browser
	// Stop ends it; it ends with this process at the latest.
	Stop func()
}

// Start starts Debian's Chromium with an empty profile in that folder: the one that was
// built without windows if it is there, as it draws none that nobody sees.
func Start(profile string) (Chromium, error) {
	path, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		path, err = exec.LookPath("chromium")
	}
	if err != nil {
		return Chromium{}, fmt.Errorf("%w: %w", ErrNoChromium, err)
	}
	said := &bytes.Buffer{}
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
		"--user-data-dir="+profile, "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--mute-audio", "--disable-features=Translate,OptimizationHints,MediaRouter", "about:blank")
	cmd.Env = append(os.Environ(), "LANGUAGE=en")
	cmd.Stderr = said
	endTogether(cmd)
	if err := cmd.Start(); err != nil {
		return Chromium{}, err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	kill := func() { _ = cmd.Process.Kill(); <-ended }
	address, err := debugAddress(filepath.Join(profile, "DevToolsActivePort"), ended)
	browser := rod.New()
	if err == nil {
		err = browser.ControlURL(address).Connect()
	}
	if err != nil {
		kill()
		return Chromium{}, fmt.Errorf("chromium did not start: %w\n%s", err, said)
	}
	return Chromium{browser, func() {
		_ = browser.Close()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			kill()
		}
	}}, nil
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
