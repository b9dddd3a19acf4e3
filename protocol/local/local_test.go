package local_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"motcua/protocol/fault"
	"motcua/protocol/local"
)

var update = flag.Bool("update", false, "write the golden file")

func example() local.Snapshot {
	return local.Snapshot{
		Version: local.Version, Rev: 7,
		Kiosk: local.Kiosk{
			Device: "demo-k01", Facility: "Bệnh viện Mẫu", Demo: true, Online: true, Reader: true,
			Devices: []local.DeviceState{
				{Device: "code-reader", State: "ready"},
				{Device: "printer", State: "degraded", Fault: &local.Fault{Code: fault.PaperOut, TextKey: "fault.no-ticket"}},
			},
			StaffCalled: true,
		},
		Visit: &local.Visit{
			ID: "v-1", Service: "H01", Step: local.StepProblem, CardPresent: true,
			Key:       &local.KeyPrompt{Failed: 1, Left: -1},
			Reading:   &local.Reading{Stage: local.StageIdentity, Done: 1, Total: 3},
			Person:    &local.Person{Name: "Nguyễn Văn An", NumberMasked: "0990•••••456", Birth: "01/01/1999", Sex: "M", Verdict: "genuine", Level: "E2"},
			Insurance: &local.Insurance{Class: "ok", Code: "000", CardMasked: "GD4•••••7731", ValidFrom: "01/01/2026", ValidTo: "31/12/2026"},
			Answers:   []local.Answer{{Field: "specialty", ValueKey: "specialty.internal", Choices: []string{"internal", "paediatrics"}}},
			Receipt:   &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-1"},
			Ticket:    &local.Ticket{Number: "A012", Room: "105", Floor: "1", Ahead: 3, Wait: 15},
			Problem:   &local.Problem{Fault: local.Fault{Code: fault.CardGone, TextKey: "fault.card-gone"}, Exits: []local.Verb{local.VerbRetry, local.VerbStaff}},
			IdleIn:    60000, EndIn: 75000,
		},
	}
}

// The messages are a contract between programs that may be of different
// versions: a change of their JSON must be seen in review.
func TestSnapshotGolden(t *testing.T) {
	got, err := json.MarshalIndent(example(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/snapshot.golden.json"
	if *update {
		if err := os.WriteFile(name, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got)+"\n" {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestPeopleStayOutOfLogsAndTexts(t *testing.T) {
	v := example().Visit
	var b strings.Builder
	log := slog.New(slog.NewJSONHandler(&b, nil))
	log.Info("x", "person", *v.Person, "insurance", *v.Insurance, "answer", v.Answers[0])
	fmt.Fprint(&b, *v.Person, v.Person)
	for _, secret := range []string{v.Person.Name, v.Person.NumberMasked, v.Insurance.CardMasked, v.Answers[0].ValueKey} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is in %s", secret, b.String())
		}
	}
}
