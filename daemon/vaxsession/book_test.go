package vaxsession_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/vaxsession"
	"motcua/protocol/request"
)

var morning = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// at is a book whose clock stands.
func at(file string, now time.Time) *vaxsession.Book {
	return vaxsession.Open(file, func() time.Time { return now }, slog.New(slog.DiscardHandler))
}

func opened(id string) vaxsession.Session {
	return vaxsession.Session{
		ID: id, Plan: "plan-1", Officer: "op-1", From: morning, Until: morning.Add(12 * time.Hour), Most: 40,
		Lots: []request.SessionLot{{Lot: "LOT-0991", Antigen: "covid-19"}},
	}
}

func batchOf(session string, n int) vaxsession.Batch {
	return vaxsession.Batch{Session: session, Plan: "plan-1", Root: fmt.Sprintf("%064x", n), Records: 2, Closed: morning}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestDay: a session is open from when it was told to its end, also for the next run of
// kioskd, is to be closed after that, and leaves the batch that is to be attested.
func TestDay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "queue.db.vaccination")
	if _, found := at(file, morning).Open(); found {
		t.Error("a session that nobody has opened")
	}
	must(t, at(file, morning).Begin(opened("s-1")))
	for _, c := range []struct {
		at   time.Time
		open bool
	}{
		{morning.Add(-time.Second), false},
		{morning, true},
		{morning.Add(12*time.Hour - time.Second), true},
		{morning.Add(12 * time.Hour), false},
		{morning.Add(48 * time.Hour), false},
	} {
		b := at(file, c.at)
		s, open := b.Open()
		if open != c.open || open && fmt.Sprint(s.Lots) != "[{LOT-0991 covid-19}]" {
			t.Errorf("at %v: %v, %+v", c.at, open, s)
		}
		if s, found := b.Unclosed(); !found || s.ID != "s-1" {
			t.Errorf("at %v: %v to be closed", c.at, found)
		}
	}
	must(t, at(file, morning).Close("s-1", batchOf("s-1", 1)))
	b := at(file, morning)
	if _, found := b.Unclosed(); found {
		t.Error("closed, and there")
	}
	if all := b.Batches(); len(all) != 1 || all[0].Root != batchOf("s-1", 1).Root || all[0].Records != 2 {
		t.Fatalf("batches: %+v", all)
	}
	must(t, b.Attested(batchOf("s-1", 1).Root))
	if all := at(file, morning).Batches(); len(all) != 0 {
		t.Errorf("attested, and there: %+v", all)
	}
}

// TestOneAtATime: nothing replaces a session that is not closed but itself.
func TestOneAtATime(t *testing.T) {
	b := at("", morning)
	must(t, b.Begin(opened("s-1")))
	if err := b.Begin(opened("s-2")); !errors.Is(err, vaxsession.ErrUnclosed) {
		t.Errorf("a second one: %v", err)
	}
	again := opened("s-1")
	again.From, again.Most = morning.Add(time.Hour), 60
	must(t, b.Begin(again))
	if s, _ := b.Open(); s.Most != 60 || !s.From.Equal(morning) {
		t.Errorf("told again: %+v", s)
	}
	if err := b.Close("s-2", vaxsession.Batch{}); !errors.Is(err, vaxsession.ErrNoSession) {
		t.Errorf("closing another: %v", err)
	}
	must(t, b.Close("s-1", vaxsession.Batch{}))
	if len(b.Batches()) != 0 {
		t.Error("a batch of no dose")
	}
}

// TestNotKept: what the disk does not take, or what makes no sense, does not count.
func TestNotKept(t *testing.T) {
	b := at(filepath.Join(t.TempDir(), "gone", "file"), morning)
	if err := b.Begin(opened("s-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a disk: %v", err)
	}
	if _, found := b.Unclosed(); found {
		t.Error("it counts all the same")
	}
	b = at("", morning)
	for name, spoil := range map[string]func(*vaxsession.Session){
		"without a name":    func(s *vaxsession.Session) { s.ID = "" },
		"without an end":    func(s *vaxsession.Session) { s.Until = s.From },
		"for a week":        func(s *vaxsession.Session) { s.Until = s.From.AddDate(0, 0, 7) },
		"without lots":      func(s *vaxsession.Session) { s.Lots = nil },
		"of nobody":         func(s *vaxsession.Session) { s.Officer = "" },
		"of a strange plan": func(s *vaxsession.Session) { s.Plan = "plan\n1" },
	} {
		s := opened("s-1")
		spoil(&s)
		if b.Begin(s) == nil {
			t.Errorf("%s: kept", name)
		}
	}
	must(t, b.Begin(opened("s-1")))
	if err := b.Close("s-1", vaxsession.Batch{Root: "0", Session: "s-1", Plan: "plan-1", Closed: morning}); err == nil {
		t.Error("a batch without doses: kept")
	}
}

// TestBounds: what is forgotten goes after 30 days, and of many batches the oldest.
func TestBounds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	b := at(file, morning)
	for i := range 20 {
		id := fmt.Sprintf("s-%d", i)
		must(t, b.Begin(opened(id)))
		must(t, b.Close(id, batchOf(id, i)))
	}
	if all := at(file, morning).Batches(); len(all) != 16 || all[0].Session != "s-4" || all[15].Session != "s-19" {
		t.Errorf("batches: %+v", all)
	}
	must(t, b.Begin(opened("s-20")))
	late := at(file, morning.AddDate(0, 0, 31))
	if _, found := late.Unclosed(); found || len(late.Batches()) != 0 {
		t.Error("kept for more than 30 days")
	}
	must(t, late.Begin(vaxsession.Session{
		ID: "s-21", Plan: "plan-2", Officer: "op-2", From: morning.AddDate(0, 0, 31), Until: morning.AddDate(0, 0, 31).Add(time.Hour), Lots: opened("").Lots,
	}))
}

// TestDamaged: a file that makes no sense is an empty book.
func TestDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	must(t, os.WriteFile(file, []byte(`{"version":1,"session":{"id":"s-1"}}`), 0o600))
	b := at(file, morning)
	if _, found := b.Unclosed(); found {
		t.Error("half a session")
	}
	must(t, b.Begin(opened("s-1")))
}
