package browser_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"zugabe/app/browser"
)

var (
	binary   string           // the app, built once for all tests
	chromium browser.Chromium // one for all tests; each visitor has a profile of their own
	scratch  string           // gone at the end
)

func TestMain(m *testing.M) {
	code, err := around(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// most is how many tests run at once: their visitors also wait.
const most = "3"

func around(m *testing.M) (code int, err error) {
	if err = flag.Set("test.parallel", most); err != nil {
		return 1, err
	}
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
	if chromium, err = browser.Start(filepath.Join(scratch, "profile")); err != nil {
		return 1, err
	}
	defer chromium.Stop()
	defer endShops()
	return m.Run(), nil
}
