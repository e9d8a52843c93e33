package bench

import (
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	storefront "zugabe/storefront-snippets"
)

const (
	themeScriptMax = 10 << 10
	themeStyleMax  = 8 << 10
)

// sizes are those of what goes into pages of a shop, compressed.
func (l *lab) sizes(ctx context.Context) ([]Row, error) {
	script, err := packed(storefront.Theme(), "assets/*.js")
	if err != nil {
		return nil, err
	}
	style, err := packed(storefront.Theme(), "assets/*.css")
	if err != nil {
		return nil, err
	}
	rows := []Row{kilobytes("theme: all scripts", script, themeScriptMax), kilobytes("theme: all styles", style, themeStyleMax)}
	extensions, err := extensionSizes(ctx)
	return append(rows, extensions...), err
}

// packed is how much the files that fit the pattern weigh compressed, one by one.
func packed(files fs.FS, pattern string) (sum int64, err error) {
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("there is no %s (%w)", pattern, err)
	}
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return 0, err
		}
		var n counter
		w, err := gzip.NewWriterLevel(&n, gzip.BestCompression)
		if err != nil {
			return 0, err
		}
		if _, err := w.Write(body); err != nil {
			return 0, err
		}
		if err := w.Close(); err != nil {
			return 0, err
		}
		sum += int64(n)
	}
	return sum, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// weighed is a line of the size check of the extensions.
var weighed = regexp.MustCompile(`(?m)^(extension [\w/]+): (\d+) of (\d+) bytes compressed`)

// extensionSizes builds the UI extensions and weighs them, which needs Node and
// the pinned packages: the sources must be there, and their tests must have run.
func extensionSizes(ctx context.Context) ([]Row, error) {
	const home = "storefront-snippets"
	if _, err := os.Stat(filepath.Join(home, "node_modules", "esbuild")); err != nil {
		return []Row{{What: "UI extensions were not weighed: run npm ci in " + home, App: "–", Yard: "–", Target: 1}}, nil
	}
	cmd := exec.CommandContext(ctx, "node", "test/sizes.mjs")
	cmd.Dir = home
	out, err := cmd.CombinedOutput()
	if err != nil && !weighed.Match(out) {
		return nil, fmt.Errorf("the extensions cannot be weighed: %w\n%s", err, out)
	}
	return extensionRows(string(out)), nil
}

func extensionRows(said string) (rows []Row) {
	for _, found := range weighed.FindAllStringSubmatch(said, -1) {
		size, _ := strconv.ParseInt(found[2], 10, 64) // digits, by the pattern
		most, _ := strconv.ParseInt(found[3], 10, 64)
		rows = append(rows, kilobytes(found[1], size, most))
	}
	return rows
}
