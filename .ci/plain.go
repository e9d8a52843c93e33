// Plain prints the events of "go test -json" as go test itself would, and fails
// when a test was skipped: what is not run is not proven.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct{ Action, Package, Test, Output string }

func main() {
	held := map[string][]string{} // output of tests that are still running
	failed, skipped := false, []string{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text()) // a build error
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if e.Test == "" && e.Output != "PASS\n" {
				fmt.Print(e.Output)
			} else if !strings.HasPrefix(e.Output, "=== ") {
				held[key] = append(held[key], e.Output)
			}
		case "pass":
			delete(held, key)
		case "skip":
			if e.Test != "" {
				skipped = append(skipped, key)
			}
		case "fail", "build-fail":
			failed = true
			fmt.Print(strings.Join(held[key], ""))
			delete(held, key)
		}
	}
	for key := range held { // a panic or time-out ends a test without "fail"
		fmt.Print(strings.Join(held[key], ""))
	}
	for _, key := range skipped {
		fmt.Println("SKIPPED, which counts as failed:", key)
	}
	if failed || len(skipped) > 0 || lines.Err() != nil {
		os.Exit(1)
	}
}
