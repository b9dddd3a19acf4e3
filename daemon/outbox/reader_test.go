package outbox_test

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/outbox"
)

// readAll reads a queue without opening it.
func readAll(t *testing.T, path string) (all []outbox.Entry, sum outbox.Summary, err error) {
	t.Helper()
	r, err := outbox.OpenReader(t.Context(), path)
	if err != nil {
		return nil, sum, err
	}
	defer r.Close()
	for e, err := range r.Entries(t.Context()) {
		if err == nil {
			all = append(all, e)
		}
	}
	sum, err = r.Summary(t.Context(), midnight())
	return all, sum, err
}

// TestReaderBesideStore: a reader sees what was saved last while the queue is in
// use, and leaves everything as it was.
func TestReaderBesideStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	for n := range 40 {
		put(t, s, draft(n))
		all, sum, err := readAll(t, path)
		if err != nil || len(all) != n+1 || sum.Queued != n+1 || sum.Damaged != 0 {
			t.Fatalf("after %d: %d read, %+v, %v", n+1, len(all), sum, err)
		}
	}
	settle(t, s, number(3), "refused")
	all, sum, err := readAll(t, path)
	if err != nil || sum.Refused != 1 || sum.Queued != 39 || all[3].State != outbox.Refused || string(all[3].Receipt) != "receipt of refused" {
		t.Errorf("after settling: %+v, %v", sum, err)
	}
	for i, e := range all {
		if string(e.Envelope) != string(bodyOf(number(i), 1024)) {
			t.Errorf("request %d has other bytes", i)
		}
	}
}

// TestReaderBesideWriter reads again and again beside a process that saves and
// settles as fast as it can, checkpoints included: each time it finds a whole
// queue that holds at least what had been acknowledged before.
func TestReaderBesideWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	cmd := role(t, "fill", "OUTBOX_FILE="+path, "OUTBOX_ROUND=reader")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := make(chan string, 1<<20)
	go func() {
		defer close(acked)
		for in := bufio.NewScanner(out); in.Scan(); {
			acked <- in.Text()
		}
	}()
	if first := <-acked; first != "open" {
		t.Fatalf("it said %q", first)
	}
	saved := 0
	for reads := 0; reads < 12 || saved < 400; reads++ {
		for waiting := len(acked); waiting > 0; waiting-- {
			if strings.HasPrefix(<-acked, "saved ") {
				saved++
			}
		}
		all, sum, err := readAll(t, path)
		if err != nil || len(all) < saved || sum.Damaged > 0 {
			t.Fatalf("reading beside a writer: %d of at least %d, %d damaged, %v", len(all), saved, sum.Damaged, err)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// TestReaderOfDamage: what is intact in a file that kioskd refuses can still be
// read, and what is not is told.
func TestReaderOfDamage(t *testing.T) {
	path, want := sound(t)
	changed := copyTo(t, path, t.TempDir(), func(_ string, b []byte) []byte { return flipIn(b, bodyOf(number(4), 1024)[100:200]) })
	all, sum, err := readAll(t, changed)
	if !errors.Is(err, outbox.ErrCorrupt) || sum.Damaged != 1 || len(all) != len(want)-1 {
		t.Errorf("%d read, %+v, %v", len(all), sum, err)
	}
	if slices.ContainsFunc(all, func(e outbox.Entry) bool { return e.Seq == 5 }) {
		t.Error("the damaged one was taken for good")
	}
}

// TestReaderOfNothing tells what is no queue.
func TestReaderOfNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := outbox.OpenReader(t.Context(), filepath.Join(dir, "queue.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for name, content := range map[string]string{"empty": "", "text": strings.Repeat("photo ", 2000)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := outbox.OpenReader(context.Background(), path); !errors.Is(err, outbox.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAlarms tells which missed deadlines are known of at a time.
func TestAlarms(t *testing.T) {
	for name, c := range map[string]struct {
		steps  []step
		minute int
		want   []outbox.AlarmKind
	}{
		"nothing":                  {},
		"saved just now":           {steps: []step{saved(1, 1, 0)}, minute: 14},
		"not sent for long":        {steps: []step{saved(1, 1, 0)}, minute: 16, want: []outbox.AlarmKind{outbox.AlarmUnsent}},
		"sent, not answered yet":   {steps: []step{saved(1, 1, 0), sent(1, 5)}, minute: 59},
		"sent, not answered":       {steps: []step{saved(1, 1, 0), sent(1, 5)}, minute: 61, want: []outbox.AlarmKind{outbox.AlarmUnanswered}},
		"receipted":                {steps: []step{saved(1, 1, 0), sent(1, 5), receipted(1)}, minute: 24 * 60},
		"past its time":            {steps: []step{saved(1, 1, 0), sent(1, 5), saved(2, 1, 0)}, minute: 8*60 + 1, want: []outbox.AlarmKind{outbox.AlarmUnsent, outbox.AlarmUnanswered, outbox.AlarmOverdue}},
		"poison":                   {steps: []step{saved(1, 1, 0), sent(1, 0), times(12, inVain(1))}, minute: 1, want: []outbox.AlarmKind{outbox.AlarmPoison}},
		"not poison: nobody's are": {steps: []step{saved(1, 1, 0), times(50, sent(1, 0))}, minute: 1},
	} {
		t.Run(name, func(t *testing.T) {
			now := midnight()
			o := fixed()
			o.Now = func() time.Time { return now }
			s := newQueue(t, o)
			for _, do := range c.steps {
				do(t, s)
			}
			now = midnight().Add(time.Duration(c.minute) * time.Minute)
			var got []outbox.AlarmKind
			for _, a := range s.Alarms() {
				got = append(got, a.Kind)
				if a.Count < 1 || a.Seq < 1 {
					t.Errorf("%+v", a)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("alarms are %v, want %v", got, c.want)
			}
		})
	}
}
