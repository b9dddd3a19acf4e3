package uplink_test

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/documents"
	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// signer signs lists.
func (f *fleet) signer() tls.Certificate {
	return f.issue(envelope.DocumentTemplate("document-1", big.NewInt(5), yesterday(), tomorrow()))
}

// list is a signed list of a number.
func list(t *testing.T, by tls.Certificate, number uint64) []byte {
	t.Helper()
	now := time.Now()
	r := request.Revocation{V: request.Version, Type: request.TypeRevocation, Number: number, At: now.UnixMilli(), Next: tomorrow().UnixMilli()}
	b, err := envelope.SignRevocation(rand.Reader, r, by.PrivateKey.(crypto.Signer), by.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tellDocuments: a kiosk that says no hello gets the list that the broker keeps,
// hears of the next one, takes none that is forged, older or too large, and gets
// the list from a broker that has lost everything.
func tellDocuments(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	stop := b.start(t, f, port)
	c, signer := newCentre(t, f, port), f.signer()
	c.keep(c.client, list(t, signer, 4))
	kept := documents.Open(filepath.Join(t.TempDir(), "list"), documents.Revocation(envelope.NewCentre(nil, f.pool(), nil), f.pool()), slog.New(slog.DiscardHandler))
	k := newRealKit(t, f, port, f.device(branch().Device), branch(), func(conf *uplink.Config) {
		conf.Greeting, conf.Documents = uplink.Greeting{}, documents.Set{kept}
	})
	wait := func(number uint64) {
		t.Helper()
		k.wait(func() bool { head, _ := kept.Head(); return head.Number == number }, "list %d", number)
	}
	wait(4)
	c.keep(c.client, list(t, signer, 5))
	wait(5)
	for what, bad := range map[string][]byte{
		"older":     list(t, signer, 4),
		"forged":    list(t, f.receipts(), 9),
		"truncated": list(t, signer, 9)[:100],
		"oversized": make([]byte, wire.MaxDocument),
	} {
		before := k.link.Counts().BadDocuments
		c.keep(c.client, bad)
		k.wait(func() bool { return k.link.Counts().BadDocuments == before+1 }, "the refusal of a list that is %s", what)
	}
	wait(5)
	stop()
	k.waitStatus(func(s uplink.Status) bool { return !s.Online && s.Code != "" })
	c.become(func() { c.list = list(t, signer, 6) })
	defer b.start(t, f, port)()
	wait(6)
}
