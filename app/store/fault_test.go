package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// badServer is a MariaDB of this test alone, so that its global settings can
// be spoilt.
func badServer(t *testing.T) (base string, admin *sql.DB) {
	t.Helper()
	short, err := os.MkdirTemp("", "zugabe-bad-") // t.TempDir is too long for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	dir := "ZUGABE_SERVICES_DIR=" + short
	env, err := storetest.Services("start", dir, "ZUGABE_SERVICES=mariadb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := storetest.Services("stop", dir); err != nil {
			t.Error(err)
		}
	})
	base = env["ZUGABE_TEST_MARIADB_DSN"]
	u, _ := url.Parse(base)
	admin, err = sql.Open("mysql", "root@tcp("+u.Host+")/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	return base, admin
}

func must(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Covers E6, E24, E27, E28 and the durability settings.
func TestAServerThatWouldLoseOrBendDataIsRefusedWithTheCure(t *testing.T) {
	base, admin := badServer(t)
	must(t, admin, "CREATE DATABASE good CHARACTER SET utf8mb4", "CREATE DATABASE old CHARACTER SET latin1",
		"CREATE USER app@'127.0.0.1' IDENTIFIED BY 'geheim'", "GRANT ALL PRIVILEGES ON good.* TO app@'127.0.0.1'")
	asApp := strings.Replace(base, "root@", "app:geheim@", 1) + "good"
	refused := func(what, url string, wants ...string) {
		t.Helper()
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: accepted", what)
			return
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geheim") {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	refused("latin1", base+"old", "ALTER DATABASE CHARACTER SET utf8mb4")
	refused("missing", base+"nowhere", `"nowhere" does not exist`, "CREATE DATABASE nowhere")
	refused("wrong password", strings.Replace(asApp, "geheim", "falsch", 1), `refuses the user "app"`, "GRANT")
	refused("nobody there", "mysql://root@127.0.0.1:1/good", "no answer", "DATABASE_URL")
	must(t, admin, "SET GLOBAL innodb_flush_log_at_trx_commit = 2", "SET GLOBAL sql_mode = ''")
	refused("careless", asApp, "SET GLOBAL innodb_flush_log_at_trx_commit = 1", "STRICT_TRANS_TABLES")
	must(t, admin, "SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'")
	s := openScratch(t, store.Config{URL: asApp})
	for _, fact := range s.Describe() {
		if strings.Contains(fact.Value, "geheim") {
			t.Errorf("the start-up screen shows the password: %v", fact)
		}
	}
	failover(t, s, admin)
}

// failover covers E6: read-only for a while, then a writer again.
func failover(t *testing.T, s *store.Store, admin *sql.DB) {
	must(t, admin, "SET GLOBAL read_only = 1")
	err := s.Write(t.Context(), func(tx *store.Tx) error { return addLine(tx, 1, "a") })
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("read-only server: %v", err)
	}
	if n := number(t, s, countLines); n != 0 {
		t.Errorf("%d rows readable", n)
	}
	attempts := 0
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		if attempts++; attempts == 3 {
			must(t, admin, "SET GLOBAL read_only = 0")
		}
		return addLine(tx, 1, "a")
	})
	if err != nil || attempts != 3 {
		t.Errorf("after the failover: %v, %d attempts", err, attempts)
	}
}

// lossyProxy passes bytes to the server and, when armed, lets the next COMMIT
// through and loses the answer.
type lossyProxy struct {
	listener net.Listener
	server   string
	armed    atomic.Bool
	down     atomic.Bool
}

func startProxy(t *testing.T, server string) *lossyProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &lossyProxy{listener: l, server: server}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *lossyProxy) serve(client net.Conn) {
	defer client.Close()
	if p.down.Load() {
		return
	}
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	lost := make(chan struct{})
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			select {
			case <-lost: // the server has done it; the client never hears
				_ = client.Close()
				return
			default:
			}
			if err != nil {
				_ = client.Close()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("COMMIT")) && p.armed.CompareAndSwap(true, false) {
			close(lost)
		}
		if _, err := io.Copy(server, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
	}
}

func behindProxy(t *testing.T) (*store.Store, *lossyProxy) {
	t.Helper()
	u, err := url.Parse(storetest.BlankMariaDBURL(t))
	if err != nil {
		t.Fatal(err)
	}
	proxy := startProxy(t, u.Host)
	u.Host = proxy.listener.Addr().String()
	return openScratch(t, store.Config{URL: u.String()}), proxy
}

// Covers E5 and C17: the answer to COMMIT is lost, the row is there. The
// repeat meets its own key and the caller knows it is done.
func TestALostAnswerToCommitEndsInOneEffect(t *testing.T) {
	s, proxy := behindProxy(t)
	attempts := 0
	proxy.armed.Store(true)
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		attempts++
		return addLine(tx, attempts, "order:1")
	})
	if !store.IsDuplicate(err, "bookings.bookings_source") || attempts != 2 {
		t.Errorf("%v after %d attempts", err, attempts)
	}
	if n := number(t, s, countLines); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// Covers E1: down, told so in bounded time, and back without a new start.
func TestADatabaseThatIsDownIsReportedAndComesBack(t *testing.T) {
	s, proxy := behindProxy(t)
	write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 0)")
	proxy.down.Store(true)
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		// ends this connection; every new one is refused
		_, err := tx.Exec("KILL CONNECTION_ID()")
		return err
	})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("down: %v", err)
	}
	proxy.down.Store(false)
	write(t, s, "UPDATE purses SET points = 3 WHERE shop_id = 1 AND id = 1")
	if n := number(t, s, "SELECT points FROM purses WHERE shop_id = 1"); n != 3 {
		t.Errorf("%d", n)
	}
}

func TestACancelledWriteOnMariaDBLeavesNothingBehind(t *testing.T) {
	s := scratchMariaDB(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(tx *store.Tx) error {
		if err := addLine(tx, 1, "a"); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := number(t, s, countLines); n != 0 {
		t.Errorf("%d lines", n)
	}
}
