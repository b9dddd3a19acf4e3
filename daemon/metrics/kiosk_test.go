package metrics_test

import (
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/metrics"
	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write testdata/names.golden anew")

// now is a fixed instant.
func now() time.Time { return time.UnixMilli(1772411400000) }

// busy is a kiosk that has seen a bit of everything.
func busy() *metrics.Kiosk {
	k := metrics.New("v1")
	k.Commit(3 * time.Millisecond)
	k.Read("intact", 1200*time.Millisecond)
	k.Read("card-gone", 100*time.Millisecond)
	k.Verified("genuine", "E2")
	k.Form("C01", 18, 24)
	k.Problem(fault.CardGone)
	k.Ended("ticket")
	k.DeviceFault(fault.PaperOut)
	k.Watch(metrics.Sources{
		Queue: func() (outbox.Stats, error) {
			return outbox.Stats{Queued: 2, Sent: 1, Receipted: 7, Overdue: 1, Oldest: now().Add(-90 * time.Second), Bytes: 12000, Limit: 10000, Seq: 10}, nil
		},
		Alarms: func() []outbox.Alarm { return []outbox.Alarm{{Kind: outbox.AlarmOverdue, Count: 1}} },
		Link: func() (uplink.Status, uplink.Counts) {
			return uplink.Status{Online: true}, uplink.Counts{Connects: 3, Sent: 12, Resent: 2, BadDocuments: 5}
		},
		Clock:       func() request.Clock { return request.Clock{Trust: request.ClockHeld, OffsetMS: -1500} },
		Uncertainty: func() (time.Duration, bool) { return 250 * time.Millisecond, true },
		Nonces:      func() int { return 200 },
		Audit:       func() uint64 { return 99 },
		Devices: func() []drivers.Health {
			return []drivers.Health{{Class: drivers.ClassPrinter, State: drivers.StateDegraded, Reason: drivers.ErrPaperOut}}
		},
		Case: func() (open, watched bool) { return true, true },
		Documents: func() []local.DocumentState {
			return []local.DocumentState{{Document: "revocation", Number: 7, At: now().Add(-time.Hour).UnixMilli(), Next: now().Add(-time.Minute).UnixMilli(), AgeS: 3600}}
		},
		Now: now,
	})
	return k
}

func page(t *testing.T, k *metrics.Kiosk) string {
	t.Helper()
	w := httptest.NewRecorder()
	k.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// TestFigures: what the parts say and what the visits told is on the page.
func TestFigures(t *testing.T) {
	k := busy()
	id := request.ID{6: 0x70, 8: 0x80}
	ms := now().Add(-2 * time.Second).UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	k.Receipt(request.Receipt{ID: id, Status: request.StatusAccepted}, now())
	k.Receipt(request.Receipt{ID: id, Status: request.StatusRefused, Code: fault.Refused}, now())
	k.Receipt(request.Receipt{ID: id, Status: request.StatusExpired, Code: "made up by a centre"}, now())
	lines := strings.Split(page(t, k), "\n")
	for _, want := range []string{
		`motcua_queue_requests{state="queued"} 2`,
		`motcua_queue_requests{state="poison"} 0`,
		`motcua_queue_oldest_seconds 90`,
		`motcua_queue_missed_deadlines{alarm="overdue"} 1`,
		`motcua_queue_broken 0`,
		`motcua_queue_commit_seconds_bucket{le="0.002"} 0`,
		`motcua_queue_commit_seconds_bucket{le="0.005"} 1`,
		`motcua_link_online 1`,
		`motcua_link_resent_total 2`,
		`motcua_receipts_total{status="accepted"} 1`,
		`motcua_receipts_total{status="held"} 0`,
		`motcua_refusals_total{fault="CENTRE-01"} 1`,
		`motcua_refusals_total{fault="other"} 1`,
		`motcua_receipt_seconds_bucket{le="2.5"} 3`,
		`motcua_receipt_seconds_bucket{le="1"} 0`,
		`motcua_reads_total{outcome="card-gone"} 1`,
		`motcua_verdicts_total{level="E2",verdict="genuine"} 1`,
		`motcua_visit_problems_total{fault="CARD-01"} 1`,
		`motcua_visits_total{with="ticket"} 1`,
		`motcua_clock_trust{trust="held"} 1`,
		`motcua_clock_trust{trust="synced"} 0`,
		`motcua_clock_offset_seconds -1.5`,
		`motcua_clock_uncertainty_seconds 0.25`,
		`motcua_nonces 200`,
		`motcua_audit_records 99`,
		`motcua_device_state{device="printer",state="degraded"} 1`,
		`motcua_device_state{device="printer",state="ready"} 0`,
		`motcua_device_faults_total{fault="PRINTER-08"} 1`,
		`motcua_case_open 1`,
		`motcua_document_number{document="revocation"} 7`,
		`motcua_document_age_seconds{document="revocation"} 3600`,
		`motcua_document_due_seconds{document="revocation"} -60`,
		`motcua_link_bad_messages_total{kind="document"} 5`,
		`motcua_build_info{version="v1"} 1`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

// TestBroken: a queue that has stopped is told, with its last numbers.
func TestBroken(t *testing.T) {
	k := metrics.New("v1")
	k.Watch(metrics.Sources{
		Queue:  func() (outbox.Stats, error) { return outbox.Stats{Queued: 2}, errors.New("disk") },
		Alarms: func() []outbox.Alarm { return nil },
		Link:   func() (uplink.Status, uplink.Counts) { return uplink.Status{}, uplink.Counts{} },
		Clock:  func() request.Clock { return request.Clock{Trust: request.ClockUnset} },
		Now:    now,
	})
	got := page(t, k)
	if !strings.Contains(got, "\nmotcua_queue_broken 1\n") || !strings.Contains(got, `motcua_queue_requests{state="queued"} 2`) {
		t.Errorf("got\n%s", got)
	}
	if strings.Contains(got, "motcua_clock_uncertainty_seconds ") {
		t.Error("an uncertainty of nothing is told")
	}
}

// TestNames: names, kinds, labels and meanings stay as they are.
func TestNames(t *testing.T) {
	k := busy()
	k.Receipt(request.Receipt{Status: request.StatusRefused, Code: fault.Refused}, now())
	var names []string
	for line := range strings.Lines(page(t, k)) {
		if strings.HasPrefix(line, "# ") && strings.Contains(line, " motcua_") {
			names = append(names, line)
		}
	}
	got, golden := strings.Join(names, ""), filepath.Join("testdata", "names.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%v; got\n%s", err, got)
	}
}
