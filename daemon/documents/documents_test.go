package documents_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/documents"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// kit is a kiosk's folder and the centre that signs lists.
type kit struct {
	t     *testing.T
	fleet *gatewaytest.Fleet
	file  string
	log   bytes.Buffer
}

func newKit(t *testing.T) *kit {
	t.Helper()
	return &kit{t: t, fleet: gatewaytest.NewFleet(t, time.Now()), file: filepath.Join(t.TempDir(), "revocation.cose")}
}

// open is what a start of kioskd does.
func (k *kit) open() *documents.Kept[request.Revocation] {
	var revoked envelope.Revoked
	centre := envelope.NewCentre(nil, k.fleet.Roots, revoked.HasName)
	kept := documents.Open(k.file, documents.Revocation(centre, k.fleet.Roots), slog.New(slog.NewTextHandler(&k.log, nil)))
	kept.OnChange(revoked.Set)
	return kept
}

// signed is a list of a number by a party, with the certificates of others on it.
func (k *kit) signed(by gatewaytest.Party, number uint64, others ...gatewaytest.Party) []byte {
	k.t.Helper()
	now := time.Now()
	list := request.Revocation{
		V: request.Version, Type: request.TypeRevocation, Number: number, At: now.UnixMilli(), Next: now.AddDate(0, 1, 0).UnixMilli(),
	}
	for _, o := range others {
		list = list.With(envelope.CertificateName(o.Cert))
	}
	b, err := envelope.SignRevocation(rand.Reader, list, by.Key, by.Chain())
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

func (k *kit) wantNumber(kept *documents.Kept[request.Revocation], want uint64) {
	k.t.Helper()
	if head, some := kept.Head(); some != (want > 0) || head.Number != want {
		k.t.Errorf("number %d counts, want %d", head.Number, want)
	}
}

// TestNewestCounts: of all true documents the one with the highest number counts,
// in whatever order they come, and whatever happens in between.
func TestNewestCounts(t *testing.T) {
	k := newKit(t)
	sign := func(number uint64) []byte { return k.signed(k.fleet.Document, number) }
	third, another := sign(3), k.signed(k.fleet.Document, 3, k.fleet.Receipt)
	kept := k.open()
	k.wantNumber(kept, 0)
	for i, step := range []struct {
		list []byte
		err  error
		want uint64
	}{
		{sign(2), nil, 2},
		{sign(1), documents.ErrOlder, 2},
		{third, nil, 3},
		{third, nil, 3},
		{sign(2), documents.ErrOlder, 3},
		{another, documents.ErrAmbiguous, 3},
		{k.signed(k.fleet.Receipt, 9), envelope.ErrCertificate, 3},
		{k.signed(gatewaytest.NewFleet(t, time.Now()).Document, 9), envelope.ErrCertificate, 3},
		{append(bytes.Clone(third), 0), envelope.ErrMalformed, 3},
		{make([]byte, wire.MaxDocument+1), envelope.ErrMalformed, 3},
		{nil, envelope.ErrMalformed, 3},
		{sign(1 << 40), nil, 1 << 40},
	} {
		if err := kept.Take(step.list); !errors.Is(err, step.err) {
			t.Errorf("step %d: %v, want %v", i, err, step.err)
		}
		k.wantNumber(kept, step.want)
		if i%2 == 0 {
			kept = k.open() // kioskd is started again
			k.wantNumber(kept, step.want)
		}
	}
}

// TestRevokedSigner: a list by a signer that counts no more is false, after a
// restart as well; what it had signed before stays.
func TestRevokedSigner(t *testing.T) {
	k := newKit(t)
	next := k.fleet.Issue(t, envelope.DocumentTemplate("document-2", k.fleet.CA.Cert.SerialNumber, k.fleet.From, k.fleet.From.AddDate(1, 0, 0)))
	kept := k.open()
	for _, list := range [][]byte{k.signed(k.fleet.Document, 1), k.signed(next, 2, k.fleet.Document)} {
		if err := kept.Take(list); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := kept.Take(k.signed(k.fleet.Document, 7)); !errors.Is(err, envelope.ErrRevoked) {
			t.Errorf("got %v", err)
		}
		k.wantNumber(kept, 2)
		kept = k.open()
	}
	own := k.signed(next, 3, next) // a key's last word
	if err := kept.Take(own); err != nil {
		t.Fatal(err)
	}
	k.wantNumber(k.open(), 3)
}

// TestDamagedFile: a file that makes no sense is told, and is no document; the next
// one that comes counts.
func TestDamagedFile(t *testing.T) {
	k := newKit(t)
	list := k.signed(k.fleet.Document, 4)
	for _, damaged := range [][]byte{nil, []byte("nonsense"), list[:len(list)-1], append(bytes.Clone(list[:40]), list[41:]...), make([]byte, wire.MaxDocument+1)} {
		if err := os.WriteFile(k.file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		k.log.Reset()
		kept := k.open()
		k.wantNumber(kept, 0)
		if !strings.Contains(k.log.String(), "lost") {
			t.Errorf("%d bytes: the log says %q", len(damaged), k.log.String())
		}
		if err := kept.Take(list); err != nil {
			t.Error(err)
		}
		k.wantNumber(k.open(), 4)
	}
}

// TestUnwritable: a document that the disk does not take counts until the end of
// the run, and is written when it comes again.
func TestUnwritable(t *testing.T) {
	k := newKit(t)
	dir := filepath.Dir(k.file)
	kept := k.open()
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	list := k.signed(k.fleet.Document, 4)
	if err := kept.Take(list); err != nil || !strings.Contains(k.log.String(), "not kept") {
		t.Errorf("%v; the log says %q", err, k.log.String())
	}
	k.wantNumber(kept, 4)
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	k.wantNumber(k.open(), 0)
	if err := kept.Take(list); err != nil {
		t.Error(err)
	}
	k.wantNumber(k.open(), 4)
}

// TestSet: what comes from a place goes to the document of that place and to no
// other.
func TestSet(t *testing.T) {
	k := newKit(t)
	kept := k.open()
	set := documents.Set{kept}
	if want := set.Wanted(); len(want) != 1 || want[0].Topic() != "k1/all/doc/revocation" {
		t.Errorf("wanted: %v", want)
	}
	list := k.signed(k.fleet.Document, 1)
	for _, from := range []wire.Document{{Scope: "99", Name: wire.DocRevocation}, {Scope: wire.ScopeAll, Name: "policy"}} {
		if err := set.Take(from, list); err == nil {
			t.Errorf("taken from %s", from.Topic())
		}
	}
	k.wantNumber(kept, 0)
	if err := set.Take(set.Wanted()[0], list); err != nil {
		t.Error(err)
	}
	k.wantNumber(kept, 1)
}

// TestStates: number and age are told, and that another list is due: a broker that
// keeps it back, or a centre that forgets to sign, does not go unnoticed.
func TestStates(t *testing.T) {
	k := newKit(t)
	kept := k.open()
	set := documents.Set{kept}
	if all := set.States(time.Now()); len(all) != 0 {
		t.Errorf("there is none, and told are %+v", all)
	}
	if err := kept.Take(k.signed(k.fleet.Document, 3)); err != nil {
		t.Fatal(err)
	}
	head, _ := kept.Head()
	for _, at := range []struct {
		now  time.Time
		age  int64
		code fault.Code
	}{
		{head.At.Add(-time.Hour), 0, ""}, // a clock that is wrong
		{head.At.Add(90 * time.Second), 90, ""},
		{head.Next, int64(head.Next.Sub(head.At).Seconds()), ""},
		{head.Next.Add(time.Second), int64(head.Next.Sub(head.At).Seconds()) + 1, fault.Outdated},
	} {
		want := local.DocumentState{Document: "revocation", Number: 3, At: head.At.UnixMilli(), Next: head.Next.UnixMilli(), AgeS: at.age, Code: at.code}
		if all := set.States(at.now); len(all) != 1 || all[0] != want {
			t.Errorf("%+v, want %+v", all, want)
		}
	}
	k.wantNumber(kept, 3) // it counts on
}

// TestOnChange: who listens hears of the document that counts, from the beginning
// and each once.
func TestOnChange(t *testing.T) {
	k := newKit(t)
	if err := k.open().Take(k.signed(k.fleet.Document, 1)); err != nil {
		t.Fatal(err)
	}
	var heard []uint64
	kept := k.open()
	kept.OnChange(func(r request.Revocation) { heard = append(heard, r.Number) })
	second := k.signed(k.fleet.Document, 2)
	for _, list := range [][]byte{second, second, k.signed(k.fleet.Document, 1), k.signed(k.fleet.Document, 5)} {
		_ = kept.Take(list) // the third is refused
	}
	if len(heard) != 3 || heard[0] != 1 || heard[1] != 2 || heard[2] != 5 {
		t.Errorf("heard of %v", heard)
	}
}
