package handover_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	folder "motcua/protocol/handover"
	"motcua/protocol/request"
	"motcua/provisioning/handover"
)

// key is a device's key as the export needs it.
type key struct{ gatewaytest.Party }

func (k key) Public() crypto.PublicKey { return k.Key.Public() }
func (k key) Sign(r io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return k.Key.Sign(r, digest, o)
}

// kiosk is a queue with three requests, the first of them receipted.
type kiosk struct {
	fleet  *gatewaytest.Fleet
	device *gatewaytest.Device
	path   string
	sent   []gatewaytest.Message
}

func newKiosk(t *testing.T) *kiosk {
	t.Helper()
	k := &kiosk{fleet: gatewaytest.NewFleet(t, time.Now()), path: filepath.Join(t.TempDir(), "queue.db")}
	k.device = k.fleet.Device(t, "k01")
	s := k.open(t)
	for n := range 3 {
		m := k.device.CheckIn(t, gatewaytest.Person(n), "internal")
		k.sent = append(k.sent, m)
		d := outbox.Draft{ID: m.Outer.ID, Service: m.Outer.Service, Class: 1, ExpiresAt: time.UnixMilli(m.Outer.ExpiresAt)}
		if _, err := s.Enqueue(t.Context(), d, func(uint64, [32]byte) ([]byte, [32]byte, error) { return m.Bytes, m.Digest, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(t.Context(), k.sent[0].Outer.ID, k.receipt(t, 0, nil), "accepted"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *kiosk) open(t *testing.T) *outbox.Store {
	t.Helper()
	s, err := outbox.Open(t.Context(), k.path, outbox.Options{ReserveBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// receipt is the centre's for request n, as changed before it is signed.
func (k *kiosk) receipt(t *testing.T, n int, change func(*request.Receipt)) []byte {
	t.Helper()
	o := k.sent[n].Outer
	r := request.Receipt{
		V: request.Version, ID: o.ID, Device: o.Device, Seq: o.Seq, Digest: k.sent[n].Digest, Status: request.StatusAccepted,
		At: time.Now().UnixMilli(), Contiguous: o.Seq, ChainHead: k.sent[n].Digest,
	}
	if change != nil {
		change(&r)
	}
	b, err := envelope.SignReceipt(rand.Reader, r, k.fleet.Receipt.Key, k.fleet.Receipt.Chain())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (k *kiosk) origin() handover.Origin {
	return handover.Origin{Device: "k01", Key: key{k.device.Party}, Now: time.Now(), Rand: rand.Reader}
}

// export writes the open requests into a new folder.
func (k *kiosk) export(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "stick")
	k.exportTo(t, dir)
	return dir
}

func (k *kiosk) exportTo(t *testing.T, dir string) {
	t.Helper()
	r, err := outbox.OpenReader(t.Context(), k.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w, err := handover.Write(t.Context(), r, dir, func(s outbox.State) bool { return !s.Final() }, k.origin())
	if err != nil || w.Requests != 2 || !w.Signed || w.Damaged+w.Gone > 0 {
		t.Fatalf("written: %+v, %v", w, err)
	}
}

// TestExport: the folder holds exactly the bytes that would be sent, and the index
// tells what has been lost or changed since.
func TestExport(t *testing.T) {
	k := newKiosk(t)
	dir := k.export(t)
	seq := uint64(1)
	for it, err := range folder.Requests(os.DirFS(dir)) {
		seq++
		if err != nil || it.Seq != seq || string(it.Bytes) != string(k.sent[seq-1].Bytes) {
			t.Errorf("request %d: number %d, %d bytes, %v", seq, it.Seq, len(it.Bytes), err)
		}
	}
	if seq != 3 {
		t.Errorf("the last one is %d", seq)
	}
	if err := os.WriteFile(filepath.Join(dir, folder.RequestsDir, "._0001"), []byte("left by somebody's system"), 0o600); err != nil {
		t.Fatal(err)
	}
	checkMissing(t, k, dir)
	if err := os.WriteFile(filepath.Join(dir, folder.RequestName(2)), k.sent[0].Bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	checkMissing(t, k, dir, 2)
	if err := os.Remove(filepath.Join(dir, folder.RequestName(3))); err != nil {
		t.Fatal(err)
	}
	checkMissing(t, k, dir, 2, 3)
}

// checkMissing holds a folder to its index.
func checkMissing(t *testing.T, k *kiosk, dir string, want ...uint64) {
	t.Helper()
	index, missing, err := folder.Missing(os.DirFS(dir), k.fleet.Roots, time.Now())
	if err != nil || index.Device != "k01" || index.Last != 3 || index.Head != k.sent[2].Digest || !slices.Equal(missing, want) {
		t.Errorf("%+v, missing %v, want %v, %v", index, missing, want, err)
	}
}

// TestTakeReceipts: only what the centre signed for this very request settles it.
func TestTakeReceipts(t *testing.T) {
	k := newKiosk(t)
	other := k.fleet.Device(t, "k02")
	stranger := other.CheckIn(t, gatewaytest.Person(9), "internal").Outer
	for name, c := range map[string]struct {
		receipt []byte
		want    handover.Taken
	}{
		"the centre's":       {k.receipt(t, 1, nil), handover.Taken{Settled: 1}},
		"of one settled":     {k.receipt(t, 0, nil), handover.Taken{Repeated: 1}},
		"of another number":  {k.receipt(t, 2, func(r *request.Receipt) { r.Seq = 2 }), handover.Taken{False: 1}},
		"of another digest":  {k.receipt(t, 2, func(r *request.Receipt) { r.Digest[0] ^= 1 }), handover.Taken{False: 1}},
		"of another device":  {k.receipt(t, 2, func(r *request.Receipt) { r.Device = "k02" }), handover.Taken{False: 1}},
		"of another request": {k.receipt(t, 2, func(r *request.Receipt) { r.ID = stranger.ID }), handover.Taken{Unknown: 1}},
		"no receipt":         {[]byte("receipt"), handover.Taken{False: 1}},
		"an empty file":      {nil, handover.Taken{False: 1}},
		"much too long":      {make([]byte, envelope.MaxReceipt+1), handover.Taken{False: 1}},
	} {
		dir := t.TempDir()
		name0 := filepath.Join(dir, folder.ReceiptName(2))
		if err := os.MkdirAll(filepath.Dir(name0), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name0, c.receipt, 0o600); err != nil {
			t.Fatal(err)
		}
		s := k.open(t)
		got, err := handover.TakeReceipts(context.Background(), s, os.DirFS(dir), "k01", func(b []byte) (request.Receipt, error) {
			return envelope.VerifyReceipt(b, k.fleet.Roots, time.Now())
		})
		got.Why = nil
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if e, err := s.Get(t.Context(), k.sent[2].Outer.ID); err != nil || e.State != outbox.Queued {
			t.Errorf("%s: the third is %s, %v", name, e.State, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := handover.TakeReceipts(t.Context(), nil, os.DirFS(t.TempDir()), "k01", nil); err == nil {
		t.Error("an empty folder was taken")
	}
}
