package gatewaytest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Postgres is a private PostgreSQL server in a folder of its own, on a socket.
type Postgres struct {
	// Password is that of the user "gateway".
	Password string

	dir, bin string
	server   *exec.Cmd
	log      *bytes.Buffer
}

// postgresStart is how long the server may take to start or end.
const postgresStart = 60 * time.Second

// StartPostgres makes a server that ends with the test. It needs the programs of
// the Debian package postgresql, and no running service; without them the test is
// skipped, or fails in CI.
func StartPostgres(t testing.TB) *Postgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if os.Getenv("CI") == "true" || os.Getenv("MOTCUA_CI") == "1" {
			t.Fatal("PostgreSQL is missing: install the package postgresql")
		}
		t.Skip("PostgreSQL is missing: install the package postgresql")
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &Postgres{Password: "not-a-secret", dir: dir, bin: filepath.Dir(slices.Max(found))}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(p.Password), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := p.credential(); c != nil { // the server refuses to be root
		for _, name := range []string{dir, password} {
			if err := os.Chown(name, int(c.Uid), int(c.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
	initdb := p.command("initdb", "-D", p.data(), "-U", "gateway", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p.Start(t)
	t.Cleanup(func() { p.end(t, os.Interrupt) })
	return p
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// credential is an unprivileged user for programs that refuse to be root.
func (p *Postgres) credential() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

func (p *Postgres) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, program), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"LC_ALL=C", "PATH=" + p.bin + ":/usr/bin:/bin", "PGPASSWORD=" + p.Password}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.credential()}
	return cmd
}

// Start starts the server again after Crash.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	p.log = &bytes.Buffer{}
	p.server = p.command("postgres", "-D", p.data(), "-k", p.dir, "-c", "listen_addresses=", "-c", "shared_buffers=16MB", "-c", "max_connections=40", "-c", "restart_after_crash=off")
	p.server.Stdout, p.server.Stderr = p.log, p.log
	if err := p.server.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), postgresStart)
	defer cancel()
	for p.command("pg_isready", "-q", "-h", p.dir, "-U", "gateway", "-d", "postgres").Run() != nil {
		select {
		case <-ctx.Done():
			p.Crash(t)
			t.Fatalf("PostgreSQL does not start:\n%s", p.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Crash ends the server as a crash does: nothing is finished, and the next start
// recovers from the log.
func (p *Postgres) Crash(t testing.TB) { p.end(t, syscall.SIGQUIT) }

func (p *Postgres) end(t testing.TB, how os.Signal) {
	t.Helper()
	if p.server.ProcessState != nil {
		return
	}
	if err := p.server.Process.Signal(how); err != nil {
		t.Errorf("ending PostgreSQL: %v", err)
	}
	_ = p.server.Wait()
}

// URL is a place for one inbox: a schema of its own. The password is not in it.
func (p *Postgres) URL(schema string) string {
	q := url.Values{"host": {p.dir}, "search_path": {schema}}
	return (&url.URL{Scheme: "postgres", User: url.User("gateway"), Path: "/postgres", RawQuery: q.Encode()}).String()
}

// SQL runs statements as the database's owner, and gives what they print.
func (p *Postgres) SQL(t testing.TB, statements string) string {
	t.Helper()
	out, err := p.command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", p.dir, "-U", "gateway", "-d", "postgres", "-c", statements).CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	return string(bytes.TrimSpace(out))
}

// Schema makes an empty schema and gives the URL of it.
func (p *Postgres) Schema(t testing.TB, name string) string {
	t.Helper()
	p.SQL(t, fmt.Sprintf("CREATE SCHEMA %q", name))
	return p.URL(name)
}
