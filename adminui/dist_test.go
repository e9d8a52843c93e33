package adminui_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"zugabe/adminui"
)

// The pages in dist are what their sources make, and the scripts' own tests
// pass. Both need the pinned packages, which are installed once per lock file and Node.
func TestTheCommittedPagesAreWhatTheirSourcesMakeAndTheirTestsPass(t *testing.T) {
	work := copySources(t, installPackages(t))
	run(t, work, "npm", "test")
	run(t, work, "npm", "run", "build")
	built := os.DirFS(filepath.Join(work, "dist"))
	if ours, theirs := listing(t, adminui.Dist()), listing(t, built); ours != theirs {
		t.Errorf("run make generate and commit adminui/dist\ncommitted:\n%s\nbuilt:\n%s", ours, theirs)
	}
}

// installPackages is a folder with node_modules as package-lock.json pins them.
func installPackages(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	files := map[string][]byte{}
	for _, name := range []string{"package.json", "package-lock.json"} {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = body
		_, _ = h.Write(body)
	}
	// npm leaves out what the Node that runs it cannot use
	node, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = h.Write(node)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	home := filepath.Join(cache, "zugabe-adminui-"+hex.EncodeToString(h.Sum(nil))[:16])
	if _, err := os.Stat(home); err == nil {
		return home
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(cache, "zugabe-adminui-install-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	for name, body := range files {
		write(t, filepath.Join(fresh, name), body)
	}
	run(t, fresh, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	if err := os.Rename(fresh, home); err != nil {
		// Another test process may have been faster; then its copy is as good.
		if _, there := os.Stat(home); there != nil {
			t.Fatal(err)
		}
	}
	return home
}

// copySources is a folder of its own, so that a test never writes into the project.
func copySources(t *testing.T, packages string) string {
	t.Helper()
	work := filepath.Join(t.TempDir(), "adminui")
	copyBeside(t, work)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || d.Name() == "dist" || d.Name() == ".tests" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(work, path), 0o755)
		}
		body, err := os.ReadFile(path)
		if err == nil {
			write(t, filepath.Join(work, path), body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(packages, "node_modules"), filepath.Join(work, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return work
}

// copyBeside brings what the scripts and their tests read of the rest: the names of the
// app's jobs and of the hosts' topics, which the screens must have words for, and the
// lines for invoices, which a screen shows.
func copyBeside(t *testing.T, work string) {
	t.Helper()
	for _, pattern := range []string{"../app/store/*.go", "../app/platform/*/*.go", "../storefront-snippets/shopify/invoice/*.liquid"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range files {
			body, err := os.ReadFile(path)
			if err == nil {
				err = os.MkdirAll(filepath.Dir(filepath.Join(work, path)), 0o755)
			}
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(work, path), body)
		}
	}
}

func listing(t *testing.T, files fs.FS) string {
	t.Helper()
	var out bytes.Buffer
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, path)
		sum := sha256.Sum256(body)
		out.WriteString(hex.EncodeToString(sum[:6]) + "  " + path + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func write(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
