package immunisation_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/signedlist"
)

var update = flag.Bool("update", false, "write what is generated in docs anew")

func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(seed byte) ed25519.PublicKey { return key(seed).Public().(ed25519.PublicKey) }

func lot() immunisation.Lot {
	return immunisation.Lot{
		Lot: "LOT-0991", Antigen: "covid-19", Expires: "2026-12-31", Doses: 2, Pause: 21,
		Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215",
	}
}

func approval(change ...func(*immunisation.Approval)) immunisation.Approval {
	a := immunisation.Approval{Facility: "d001", Ref: "district-1", At: 1772411400, Plan: immunisation.Plan{
		ID: "plan-1", Facility: "h001", Place: "Trạm y tế Mẫu", Day: "2026-03-02", Proposer: "op-3", Lots: []immunisation.Lot{lot()}, Most: 40,
	}}
	for _, f := range change {
		f(&a)
	}
	return a
}

func TestApproval(t *testing.T) {
	b, err := immunisation.Approve(approval(), key(1))
	if err != nil {
		t.Fatal(err)
	}
	got, err := immunisation.OpenApproval(b, public(1))
	if err != nil || !reflect.DeepEqual(got, approval()) || got.By() != "d001/district-1" {
		t.Errorf("%+v, %v", got, err)
	}
	for story, key := range map[string]ed25519.PublicKey{"nobody": nil, "another": public(2), "a key that is short": public(1)[:31]} {
		if _, err := immunisation.OpenApproval(b, key); !errors.Is(err, signedlist.ErrSignature) {
			t.Errorf("approved by %s: %v", story, err)
		}
	}
	for i := range b {
		altered := bytes.Clone(b)
		altered[i] ^= 1
		if _, err := immunisation.OpenApproval(altered, public(1)); err == nil {
			t.Errorf("byte %d altered: taken", i)
		}
	}
}

// TestApproveRefuses: nobody of the facility approves, and a plan has bounds.
func TestApproveRefuses(t *testing.T) {
	for story, change := range map[string]func(*immunisation.Approval){
		"the facility":   func(a *immunisation.Approval) { a.Facility = "h001" },
		"nobody":         func(a *immunisation.Approval) { a.Ref = "" },
		"no day":         func(a *immunisation.Approval) { a.Plan.Day = "2026-02-30" },
		"no lots":        func(a *immunisation.Approval) { a.Plan.Lots = nil },
		"a lot twice":    func(a *immunisation.Approval) { a.Plan.Lots = append(a.Plan.Lots, lot()) },
		"no doses":       func(a *immunisation.Approval) { a.Plan.Most = 0 },
		"endless doses":  func(a *immunisation.Approval) { a.Plan.Most = math.MaxInt32 },
		"no course":      func(a *immunisation.Approval) { a.Plan.Lots[0].Doses = 0 },
		"no product":     func(a *immunisation.Approval) { a.Plan.Lots[0].Product = "" },
		"no facility":    func(a *immunisation.Approval) { a.Plan.Facility = "h 1" },
		"no place":       func(a *immunisation.Approval) { a.Plan.Place = "" },
		"a lot for ever": func(a *immunisation.Approval) { a.Plan.Lots[0].Expires = "9999-12-31" },
	} {
		if _, err := immunisation.Approve(approval(change), key(1)); err == nil {
			t.Errorf("%s: approved", story)
		}
	}
}

// TestSeal: whatever is changed in a record, its id fits no more; nor does it under
// another key.
func TestSeal(t *testing.T) {
	s, other := immunisation.NewSealer([]byte("one key")), immunisation.NewSealer([]byte("another key"))
	session := immunisation.Session{Plan: "plan-1", Facility: "h001", Device: "k01", Officer: "op-1", Duty: "d-1", Place: "Trạm y tế Mẫu", Opened: 1, Until: 2, Lots: []immunisation.Lot{lot()}, Most: 40}
	sealed, err := immunisation.Seal(s, session)
	if err != nil || !regexp.MustCompile(`^S[A-Z2-7]{26}$`).MatchString(sealed.ID) {
		t.Fatal(sealed.ID, err)
	}
	if again, _ := immunisation.Seal(s, sealed); again.ID != sealed.ID || immunisation.Check(s, sealed) != nil {
		t.Error("sealing is not the same twice")
	}
	if text := fmt.Sprintf("%v %+v", s, &s); strings.Contains(text, "111") || !strings.Contains(text, "personal") {
		t.Errorf("a sealer tells its key: %s", text)
	}
	if immunisation.Check(other, sealed) == nil {
		t.Error("another key's seal is taken")
	}
	for i := range reflect.TypeFor[immunisation.Session]().NumField() {
		changed := sealed
		f := reflect.ValueOf(&changed).Elem().Field(i)
		switch f.Kind() {
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.Uint:
			f.SetUint(f.Uint() + 1)
		case reflect.Array:
			f.Index(0).SetUint(9)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]immunisation.Lot{}))
		default:
			t.Fatalf("a field of kind %s", f.Kind())
		}
		if immunisation.Check(s, changed) == nil {
			t.Errorf("%s changed: taken", reflect.TypeFor[immunisation.Session]().Field(i).Name)
		}
	}
	dose, err := immunisation.Seal(s, immunisation.Dose{Session: sealed.ID, Subject: request.Subject{Number: "099090000123"}, Number: 1})
	if err != nil || immunisation.Check(s, dose) != nil {
		t.Fatal(err)
	}
	dose.Subject.Number = "099090000124"
	if !errors.Is(immunisation.Check(s, dose), immunisation.ErrSeal) {
		t.Error("a dose was moved to somebody else")
	}
	if text := fmt.Sprintf("%v %+v %s", dose, dose, []any{dose}); strings.Contains(text, "0990") {
		t.Errorf("a dose tells whose it is: %s", text)
	}
}

func TestRoot(t *testing.T) {
	if immunisation.RootOf([]string{"a", "b"}) != immunisation.RootOf([]string{"b", "a"}) || immunisation.RootOf([]string{"a"}) == immunisation.RootOf([]string{"a", "a"}) ||
		immunisation.RootOf([]string{"ab"}) == immunisation.RootOf([]string{"a", "b"}) || len(immunisation.RootOf(nil)) != 64 {
		t.Error("roots")
	}
}

// TestDocumented: docs/vaccination.md has every reason with its words.
func TestDocumented(t *testing.T) {
	var table strings.Builder
	table.WriteString("| reason | service | said at the kiosk | | what to do |\n|---|---|---|---|---|\n")
	seen := map[immunisation.Reason]bool{}
	for _, r := range immunisation.Reasons() {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", r.Reason, r.Service, r.VI, r.EN, r.Action)
		if seen[r.Reason] || r.VI == "" || r.EN == "" || r.Action == "" || !regexp.MustCompile(`^[a-z-]{1,64}$`).MatchString(string(r.Reason)) {
			t.Errorf("%q is there twice, or not whole", r.Reason)
		}
		seen[r.Reason] = true
		if e, ok := immunisation.Explain(r.Reason); !ok || e.In("en") != r.EN || e.In("vi") != r.VI {
			t.Errorf("%s is not explained", r.Reason)
		}
	}
	if _, ok := immunisation.Explain(""); ok {
		t.Error("no reason is explained")
	}
	file := filepath.Join("..", "..", "docs", "vaccination.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- the table below is generated: go test ./protocol/immunisation -run Documented -update writes it -->\n\n", "\n<!-- end of reasons -->"
	before, rest, found := strings.Cut(string(page), begin)
	old, after, whole := strings.Cut(rest, end)
	if !found || !whole {
		t.Fatal("the page has no place for the table")
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+table.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != table.String() {
		t.Error("docs/vaccination.md is not what the reasons say")
	}
}

func FuzzOpenApproval(f *testing.F) {
	b, err := immunisation.Approve(approval(), key(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := immunisation.OpenApproval(b, public(1))
		if err != nil {
			return
		}
		if again, err := immunisation.Approve(a, key(1)); err != nil || !bytes.Equal(again, b) {
			t.Errorf("taken, and not made: %v", err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	s, err := immunisation.Seal(immunisation.NewSealer([]byte("key")), immunisation.Session{Lots: []immunisation.Lot{lot()}})
	if err != nil {
		f.Fatal(err)
	}
	b, err := request.Encode(immunisation.SessionState{Session: s, Doses: 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0xa1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := immunisation.Decode[immunisation.SessionState](b); err != nil && !errors.Is(err, immunisation.ErrWire) {
			t.Error(err)
		}
		if _, err := immunisation.Decode[[]immunisation.DoseState](b); err != nil && !errors.Is(err, immunisation.ErrWire) {
			t.Error(err)
		}
	})
}

// signedlist's own errors come through.
func TestApprovalMalformed(t *testing.T) {
	if _, err := immunisation.OpenApproval([]byte("no approval"), public(1)); !errors.Is(err, signedlist.ErrMalformed) {
		t.Error(err)
	}
}
