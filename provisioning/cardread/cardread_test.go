package cardread_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/pki"
	"motcua/provisioning/cardread"
)

const readerA, readerB = "Emulated Reader 00 00", "Emulated Reader 01 00"

// desk is two readers, cards of one authority, and what reads them.
type desk struct {
	t       *testing.T
	issuer  *emu.Issuer
	readers *emu.Readers
	options cardread.Options
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	issuer, err := emu.NewIssuer(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	anchors, err := pki.NewAnchors(issuer.CSCA())
	if err != nil {
		t.Fatal(err)
	}
	return &desk{
		t: t, issuer: issuer, readers: emu.NewReaders(readerA, readerB),
		options: cardread.Options{Anchors: anchors, Now: time.Now, Rand: rand.Reader},
	}
}

// place lays a persona's card on a reader and takes its number for the key.
func (d *desk) place(reader, id string) *emu.Persona {
	d.t.Helper()
	all, err := emu.LoadPersonas()
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := emu.FindPersona(all, id)
	if err != nil {
		d.t.Fatal(err)
	}
	chip, err := d.issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.readers.Place(reader, chip); err != nil {
		d.t.Fatal(err)
	}
	d.options.Key, d.options.QR, err = cccd.KeyFromText(p.QR())
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *desk) read() (*cardread.Reading, error) {
	return cardread.Read(d.t.Context(), d.readers, d.options)
}

func TestVerdicts(t *testing.T) {
	for _, id := range []string{"an", "giang", "hoa", "khanh", "linh"} {
		t.Run(id, func(t *testing.T) {
			d := newDesk(t)
			p := d.place(readerB, id)
			r, err := d.read()
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.Document.Trust.Verdict); got != p.Expect.Verdict {
				t.Errorf("verdict %v, want %s", r.Document.Trust, p.Expect.Verdict)
			}
			if r.Reader != readerB {
				t.Errorf("read on %q, want the reader with the card", r.Reader)
			}
			if p.Expect.Verdict != "forged" && (r.Identity.Name != p.Name || r.Identity.Number != p.Number || len(r.Differences) > 0) {
				t.Error("not the person of the card")
			}
		})
	}
}

func TestFailuresCarryTheirFault(t *testing.T) {
	stories := []struct {
		name   string
		happen func(d *desk)
		code   fault.Code
		err    error
	}{
		{"no card", func(*desk) {}, fault.Internal, drivers.ErrNoCard},
		{"no card on this reader", func(d *desk) { d.place(readerB, "an"); d.options.Reader = "0" }, fault.Internal, drivers.ErrNoCard},
		{"no such reader", func(d *desk) { d.options.Reader = "Printer" }, fault.Internal, cardread.ErrReader},
		{"which reader", func(d *desk) { d.options.Reader = "Emulated" }, fault.Internal, cardread.ErrReader},
		{"no reader", func(d *desk) { d.readers = emu.NewReaders() }, fault.NoReader, drivers.ErrNoReader},
		{"no service", func(d *desk) { d.readers.StopService() }, fault.NoService, drivers.ErrNoService},
		{"wrong key", func(d *desk) { d.place(readerA, "an"); d.options.Key = key(d.t, "123456") }, fault.WrongKey, emrtd.ErrWrongKey},
		{"key of another kind", func(d *desk) { d.place(readerA, "minh") }, fault.CardForeign, emrtd.ErrUnsupported},
		{"held by another", func(d *desk) { d.place(readerA, "an"); d.hold(readerA) }, fault.CardBusy, drivers.ErrBusy},
		{"service dies", func(d *desk) { d.place(readerA, "an"); d.at(emrtd.StageVerifying, d.readers.StopService) }, fault.NoService, drivers.ErrNoService},
		{"lifted", func(d *desk) { d.place(readerA, "an"); d.at(emrtd.StageVerifying, d.lift) }, fault.CardGone, drivers.ErrCardGone},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			d := newDesk(t)
			d.options.Key = key(t, "001123")
			s.happen(d)
			r, err := d.read()
			if fault.CodeOf(err) != s.code || !errors.Is(err, s.err) {
				t.Errorf("got %v, want %s %v", err, s.code, s.err)
			}
			if r == nil || r.Identity != (cardread.Identity{}) {
				t.Error("a reading that failed names a person")
			}
		})
	}
}

func key(t *testing.T, can string) emrtd.Key {
	t.Helper()
	k, err := emrtd.CAN(can)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (d *desk) hold(reader string) {
	d.t.Helper()
	c, err := d.readers.Connect(d.t.Context(), reader)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
}

func (d *desk) lift() {
	if err := d.readers.Lift(readerA); err != nil {
		d.t.Error(err)
	}
}

// at does something when the reading comes to a stage.
func (d *desk) at(stage emrtd.Stage, do func()) {
	do = sync.OnceFunc(do)
	d.options.Progress = func(p emrtd.Progress) {
		if p.Stage == stage {
			do()
		}
	}
}

func TestDeadlineAndCancel(t *testing.T) {
	d := newDesk(t)
	d.place(readerA, "an")
	ctx, cancel := context.WithCancel(t.Context())
	d.options.Progress = func(emrtd.Progress) { cancel() }
	if _, err := cardread.Read(ctx, d.readers, d.options); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 0)
	defer cancel()
	if _, err := cardread.Read(ctx, d.readers, d.options); fault.CodeOf(err) != fault.ReadTimeout {
		t.Errorf("got %v, want a time-out", err)
	}
}

func TestIdentityMasksItself(t *testing.T) {
	d := newDesk(t)
	p := d.place(readerA, "linh")
	r, err := d.read()
	if err != nil {
		t.Fatal(err)
	}
	masked := r.Identity.Masked()
	for _, shown := range []string{
		fmt.Sprint(r.Identity), fmt.Sprintf("%v %+v %#v", r.Identity, r.Identity, r.Identity), r.Identity.LogValue().String(),
		strings.Join([]string{masked.Number, masked.Name, masked.Birth, masked.Expires}, " "),
	} {
		for _, secret := range []string{p.Number, p.Number[6:], p.Name, strings.Fields(p.Name)[1], p.Birth.Format("02/01/2006")} {
			if strings.Contains(shown, secret) {
				t.Errorf("%q shows the person", shown)
			}
		}
	}
	if masked.Number == "" || masked.Name == "" || !strings.HasSuffix(masked.Birth, p.Birth.Format("2006")) {
		t.Errorf("masked to %q, nothing is left to recognise", masked)
	}
	endless := cardread.Identity{Expires: "Không thời hạn", Birth: "1999"}.Masked()
	if endless.Expires != "Không thời hạn" || endless.Birth != "••••" {
		t.Errorf("masked to %q", []string{endless.Expires, endless.Birth})
	}
}

func TestTrust(t *testing.T) {
	d := newDesk(t)
	dir := t.TempDir()
	lay := func(name string, b []byte) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	file := lay("good/csca.der", d.issuer.CSCA())
	lay("good/README.txt", []byte("not a certificate"))
	lay("bad/csca.crt", []byte("not a certificate"))
	lay("text/csca.pem", []byte("-----BEGIN NOTHING-----\n-----END NOTHING-----\n"))
	lay("none/README.txt", nil)
	lay("large/csca.der", make([]byte, 2<<20))
	for _, path := range []string{file, filepath.Dir(file)} {
		if a, err := cardread.Trust(path); err != nil || a.Len() != 1 {
			t.Errorf("%s: %d authorities, %v", path, a.Len(), err)
		}
	}
	for _, name := range []string{"bad", "text", "none", "large", "absent"} {
		if _, err := cardread.Trust(filepath.Join(dir, name)); fault.CodeOf(err) != fault.NoTrust {
			t.Errorf("%s: %v, want %s", name, err, fault.NoTrust)
		}
	}
}

func TestNoRandomness(t *testing.T) {
	d := newDesk(t)
	d.place(readerA, "an")
	d.options.Rand = strings.NewReader("")
	if _, err := d.read(); !errors.Is(err, io.EOF) || fault.CodeOf(err) != fault.Internal {
		t.Errorf("got %v, want the end of randomness", err)
	}
}
