package main_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"motcua/daemon/config"
	"motcua/protocol/fault"
)

var update = flag.Bool("update", false, "write the generated part of the manual")

const manual = "../../../docs/kioskd.md"

// TestManualFaults keeps the manual's table of faults equal to protocol/fault.
func TestManualFaults(t *testing.T) {
	text := readManual(t)
	const begin, end = "-update writes it -->\n", "<!-- end of faults -->"
	head, rest, ok := strings.Cut(text, begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the manual has no place for the faults")
	}
	want := head + begin + faultTable() + end + tail
	if *update {
		if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != want {
		t.Error("the manual's faults are not those of protocol/fault: go test ./daemon/cmd/kioskd -run Manual -update")
	}
}

func faultTable() string {
	var b strings.Builder
	b.WriteString("\n| code | class | what happened | what to do |\n|---|---|---|---|\n")
	for _, i := range fault.All() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", i.Code, i.Class, i.Cause, i.Action)
	}
	b.WriteString("\n")
	return b.String()
}

// TestManualNamesEveryKey: a key that is missing in an empty file is in the
// manual, and so is every one that has a default.
func TestManualNamesEveryKey(t *testing.T) {
	text := readManual(t)
	_, problems := config.Parse(nil)
	for _, p := range problems {
		if !strings.Contains(text, "| `"+p.Key+"` |") {
			t.Errorf("the manual does not explain %s", p.Key)
		}
	}
	for _, key := range []string{"devices.….path", "devices.….model", "devices.….baud", "devices.board.presence_low", "device.demo", "reader.match", "queue.max_items", "queue.max_bytes", "queue.reserve_bytes", "local.socket", "visit.idle", "visit.end", "visit.answer_wait"} {
		if !strings.Contains(text, "| `"+key+"` |") {
			t.Errorf("the manual does not explain %s", key)
		}
	}
}

func readManual(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
