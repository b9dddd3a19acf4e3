package inboxpg_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxpg"
)

func open(t *testing.T, p *gatewaytest.Postgres, url string) *inboxpg.Store {
	t.Helper()
	s, err := inboxpg.Open(t.Context(), inboxpg.Options{URL: url, Password: p.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestInbox: everything that the gateway relies on, on the real server.
func TestInbox(t *testing.T) {
	p := gatewaytest.StartPostgres(t)
	var n atomic.Int64
	gatewaytest.InboxSuite(t, gatewaytest.Inboxes{Shared: true, Place: func(t *testing.T) func(*testing.T) gatewaytest.ClosableInbox {
		url := p.Schema(t, fmt.Sprintf("suite%d", n.Add(1)))
		return func(t *testing.T) gatewaytest.ClosableInbox { return open(t, p, url) }
	}})
	t.Run("several open a new database at once", func(t *testing.T) {
		url := p.Schema(t, "new")
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() { open(t, p, url) })
		}
		wg.Wait()
	})
	t.Run("crash", func(t *testing.T) { crash(t, p) })
	t.Run("refused", func(t *testing.T) { refusals(t, p) })
	t.Run("tables of version 1", func(t *testing.T) { older(t, p) })
}

// crash: the server crashes under load. What was said to be stored is stored, a
// number is given out once, and the gateway goes on when the server is back.
func crash(t *testing.T, p *gatewaytest.Postgres) {
	s := open(t, p, p.Schema(t, "crash"))
	var mu sync.Mutex
	stored := map[uint64]bool{}
	put := func() (uint64, error) {
		var n uint64
		err := s.Update(context.Background(), func(tx gateway.Tx) (err error) {
			if n, err = gateway.CountUp(tx, "n"); err != nil {
				return err
			}
			return tx.Insert(gatewaytest.Record("k1", n), func(*gateway.Record) error { return nil })
		})
		return n, err
	}
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 60 {
				n, err := put()
				if err != nil && !errors.Is(err, inboxpg.ErrUnknown) {
					t.Error(err)
				}
				mu.Lock()
				if err == nil && stored[n] {
					t.Errorf("number %d twice", n)
				}
				if err == nil {
					stored[n] = true
				}
				if len(stored) == 100 && err == nil {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	p.Crash(t)
	p.Start(t)
	wg.Wait()
	if _, err := put(); err != nil {
		t.Fatalf("after the crash: %v", err)
	}
	there := map[string]bool{}
	for seq := range strings.FieldsSeq(p.SQL(t, `SELECT seq FROM crash.requests`)) {
		there[seq] = true
	}
	for n := range stored {
		if !there[fmt.Sprint(n)] {
			t.Errorf("number %d was said to be stored and is lost", n)
		}
	}
	t.Logf("%d said to be stored, %d there", len(stored)+1, len(there))
}

// refusals: what is wrong is said clearly, at once, and without the password.
func refusals(t *testing.T, p *gatewaytest.Postgres) {
	newer := p.Schema(t, "newer")
	_ = open(t, p, newer).Close()
	p.SQL(t, `UPDATE newer.inbox SET version = 99`)
	for _, c := range []struct {
		story string
		o     inboxpg.Options
		want  string
	}{
		{"no connection string", inboxpg.Options{URL: "inbox.db"}, "not a connection string"},
		{"nonsense with a password in it", inboxpg.Options{URL: "postgres://gateway:not-a-secret@:x:y/"}, "not a connection string"},
		{"a password for everybody to read", inboxpg.Options{URL: "postgres://gateway:not-a-secret@localhost/motcua"}, "holds a password"},
		{"another password", inboxpg.Options{URL: newer, Password: "not-a-secret-either"}, "password authentication failed"},
		{"a database that is not there", inboxpg.Options{URL: strings.Replace(newer, "/postgres?", "/nowhere?", 1), Password: p.Password}, `database "nowhere" does not exist`},
		{"tables of a later version", inboxpg.Options{URL: newer, Password: p.Password}, "the tables are of version 99, this program knows version 2"},
		{"a database that forgets", inboxpg.Options{URL: newer + "&synchronous_commit=off", Password: p.Password}, "synchronous_commit is off"},
	} {
		_, err := inboxpg.Open(t.Context(), c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "not-a-secret") {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// older: tables that an earlier gatewayd has made are brought up, with what is in
// them.
func older(t *testing.T, p *gatewaytest.Postgres) {
	url := p.Schema(t, "older")
	_ = open(t, p, url).Close()
	p.SQL(t, `SET search_path = older; DROP TABLE marks; UPDATE inbox SET version = 1;
		INSERT INTO state VALUES ('gateway/proof/x', 'used'), ('gateway/nonce/y', 'given'), ('ticket', '1')`)
	gatewaytest.OlderMarks(t, open(t, p, url))
	gatewaytest.OlderMarks(t, open(t, p, url))
}
