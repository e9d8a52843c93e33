package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zugabe/app/store"
)

func TestAnUnusableURLIsExplainedWithoutShowingThePassword(t *testing.T) {
	for url, want := range map[string]string{
		"":                                  "has no scheme",
		"postgres://a:b@c/d":                "unknown scheme",
		"sqlite://":                         "names no SQLite file",
		"sqlite:///tmp/a.db?mode=ro":        "takes no options",
		"mysql://root:geheim@localhost":     "names no database",
		"mysql://root:ge%zzheim@localhost/": "cannot be read as a URL",
		"mysql:nonsense":                    "not a MySQL DSN",
	} {
		_, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "heim") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

const childEnv = "ZUGABE_TEST_OPEN_SQLITE"

// Covers E17: the second process is refused, and may start when the first is
// gone.
func TestASecondProcessOnTheSameSQLiteFileIsRefused(t *testing.T) {
	if path := os.Getenv(childEnv); path != "" {
		s, err := store.Open(context.Background(), store.Config{URL: "sqlite://" + path})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		return
	}
	path := filepath.Join(t.TempDir(), "odd name %41 #1.db")
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + path})
	if err != nil {
		t.Fatal(err)
	}
	child := func() (string, error) {
		cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := child(); err == nil || !strings.Contains(out, "another Zugabe process is using "+path) {
		t.Errorf("second process: %v\n%s", err, out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(); err != nil {
		t.Errorf("after the first is gone: %v\n%s", err, out)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is not where the URL said: %v", err)
	}
}

// Covers E19 and the WAL-reset bug.
func TestUnsafePlacesAndVersionsOfSQLiteAreRefused(t *testing.T) {
	if err := store.JudgeFS("/data", 0x6969); err == nil || !strings.Contains(err.Error(), "NFS") {
		t.Errorf("NFS: %v", err)
	}
	if err := store.JudgeFS("/data", 0xef53); err != nil {
		t.Errorf("ext4: %v", err)
	}
	for version, safe := range map[string]bool{"3.40.1": false, "3.51.2": false, "3.51.3": true, "3.53.4": true, "4.0.0": true} {
		if err := store.CheckSQLiteVersion(version); (err == nil) != safe {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestATemporaryDatabaseIsGoneAfterClose(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Migrate(t.Context()); err != nil || n == 0 {
		t.Errorf("%d, %v", n, err)
	}
	if facts := s.Describe(); len(facts) < 3 || !strings.HasPrefix(facts[0].Value, "SQLite 3.") {
		t.Errorf("%v", facts)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Covers E8: damage stops all further writes and tells the process to end.
func TestDamageStopsTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "damaged.db")
	s := openScratch(t, store.Config{URL: "sqlite://" + path})
	rows := make([][]any, 3_000)
	for i := range rows {
		rows[i] = []any{1, i, 1, "a source to fill pages " + string(rune('A'+i)), 1}
	}
	columns := []string{"shop_id", "id", "purse", "source", "points"}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertMany("bookings", columns, rows) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 5 * 4096; i < len(content); i++ {
		content[i] = 0x5a
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), store.Config{URL: "sqlite://" + path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE bookings SET points = points + 1 WHERE shop_id = 1")
		return err
	})
	if !errors.Is(err, store.ErrDamaged) || store.Classify(err) != store.Fatal {
		t.Fatalf("got %v", err)
	}
	select {
	case <-s.Fatal():
	default:
		t.Error("the process is not told to stop")
	}
	if err := s.Write(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a write after the damage: %v", err)
	}
}
