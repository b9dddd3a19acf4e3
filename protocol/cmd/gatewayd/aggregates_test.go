package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/workday"
)

// TestAggregates: what is published of a month that is over; of one that is not,
// nothing is.
func TestAggregates(t *testing.T) {
	w := newWorld(t)
	now := time.Now().In(workday.Zone())
	last := now.AddDate(0, 0, -now.Day()).Format("2006-01")
	if out, status := w.command(t, "aggregates", "-month", last); status != exitFail || !strings.Contains(out, "no inbox") {
		t.Errorf("without an inbox: %d, %q", status, out)
	}
	w.start(t)
	if out, status := w.command(t, "aggregates", "-month", last, "-out", w.path("open.csv")); status != exitOK || out != "" {
		t.Errorf("%d, %q", status, out)
	}
	if page, err := os.ReadFile(w.path("open.csv")); err != nil || string(page) != "service,facility,day,requests\n" {
		t.Errorf("%q, %v", page, err)
	}
	for _, month := range []string{now.Format("2006-01"), "", "2026", "March"} {
		if out, status := w.command(t, "aggregates", "-month", month); status != exitUsage {
			t.Errorf("%q: %d, %q", month, status, out)
		}
	}
}
