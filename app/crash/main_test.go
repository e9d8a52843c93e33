package crash_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the app with its crash points, built once for all tests.
var binary string

// most is how many tests run at once: their children mostly wait.
const most = "4"

func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", most); err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "zugabe-crash-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "zugabe")
	build := exec.Command("go", "build", "-tags", "crashpoints", "-o", binary, "zugabe/app")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}
