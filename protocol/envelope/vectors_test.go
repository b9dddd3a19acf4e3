package envelope_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/veraison/go-cose"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// hexBytes is a byte string in hexadecimal.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// vectors is testdata/vectors.json: everything another implementation needs to
// check that it reads, verifies and opens as this one does.
type vectors struct {
	About string    `json:"about"`
	Now   time.Time `json:"now"` // the time at which everything is verified
	CA    hexBytes  `json:"fleet_ca_certificate"`

	DeviceCertificate  hexBytes `json:"device_certificate"`
	DeviceKey          hexBytes `json:"device_key_pkcs8"`
	ReceiptCertificate hexBytes `json:"receipt_certificate"`
	ReceiptKey         hexBytes `json:"receipt_key_pkcs8"`
	ServicePrivate     hexBytes `json:"service_private_key"`
	ServicePublic      hexBytes `json:"service_public_key"`
	ServiceName        hexBytes `json:"service_key_name"`
	ReplyPrivate       hexBytes `json:"reply_private_key"`
	ReplyPublic        hexBytes `json:"reply_public_key"`

	Outer    hexBytes `json:"outer"`
	Inner    hexBytes `json:"inner"`
	Envelope hexBytes `json:"envelope"`
	Digest   hexBytes `json:"digest"`

	Receipt        hexBytes `json:"receipt"`
	ReceiptMessage hexBytes `json:"receipt_message"`

	Answer        hexBytes `json:"answer"`
	ResultBind    hexBytes `json:"result_bind"`
	ResultMessage hexBytes `json:"result_message"`

	DocumentCertificate hexBytes `json:"document_certificate"`
	DocumentKey         hexBytes `json:"document_key_pkcs8"`
	RevokedCertificate  hexBytes `json:"revoked_certificate"` // is on the list
	RevokedName         hexBytes `json:"revoked_name"`
	Revocation          hexBytes `json:"revocation"`
	RevocationMessage   hexBytes `json:"revocation_message"`

	Refused []refused `json:"refused"`
}

// refused is a message that must not be taken.
type refused struct {
	Story   string   `json:"story"`
	As      string   `json:"as"`    // envelope, receipt, result, revocation
	Error   string   `json:"error"` // malformed, version, signature, certificate, revoked, identity, sealed
	Message hexBytes `json:"message"`
}

var reasons = map[string]error{
	"malformed": envelope.ErrMalformed, "version": envelope.ErrVersion, "signature": envelope.ErrSignature,
	"certificate": envelope.ErrCertificate, "revoked": envelope.ErrRevoked, "identity": envelope.ErrIdentity, "sealed": envelope.ErrSealed,
}

// TestVectors checks the published vectors the way another implementation would:
// from the file alone.
func TestVectors(t *testing.T) {
	file := filepath.Join("testdata", "vectors.json")
	if *update {
		writeVectors(t, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(v.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	v.checkEnvelope(t, roots)
	v.checkAnswers(t, roots)
	v.checkRevocation(t, roots)
	v.checkRefused(t, roots)
}

func (v *vectors) checkRevocation(t *testing.T, roots *x509.CertPool) {
	r, err := envelope.VerifyRevocation(v.RevocationMessage, roots, v.Now)
	if err != nil || !bytes.Equal(mustEncode(t, r), v.Revocation) {
		t.Errorf("revocation: %v", err)
	}
	name := envelope.CertificateName(must(x509.ParseCertificate(v.RevokedCertificate)))
	if !bytes.Equal(name[:], v.RevokedName) || !r.Has(name) || r.Has(envelope.CertificateName(must(x509.ParseCertificate(v.ReceiptCertificate)))) {
		t.Errorf("the list holds another certificate than %x", v.RevokedName)
	}
}

func (v *vectors) checkEnvelope(t *testing.T, roots *x509.CertPool) {
	opened, err := envelope.Verify(v.Envelope, roots, v.Now)
	if err != nil {
		t.Fatal(err)
	}
	service, err := envelope.ParseServicePrivateKey(v.ServicePrivate)
	if err != nil {
		t.Fatal(err)
	}
	name := service.Public().Name()
	if !bytes.Equal(service.Public().Bytes(), v.ServicePublic) || !bytes.Equal(name[:], v.ServiceName) || opened.Recipient() != name {
		t.Error("the service key differs")
	}
	in, err := opened.Open(service)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(mustEncode(t, opened.Outer), v.Outer) || !bytes.Equal(mustEncode(t, in), v.Inner) || !bytes.Equal(opened.Digest[:], v.Digest) {
		t.Error("the envelope says something else")
	}
}

func (v *vectors) checkAnswers(t *testing.T, roots *x509.CertPool) {
	r, err := envelope.VerifyReceipt(v.ReceiptMessage, roots, v.Now)
	if err != nil || !bytes.Equal(mustEncode(t, r), v.Receipt) {
		t.Errorf("receipt: %v", err)
	}
	res, err := envelope.VerifyResult(v.ResultMessage, roots, v.Now)
	if err != nil {
		t.Fatal(err)
	}
	if bind, err := res.Bind(); err != nil || !bytes.Equal(bind, v.ResultBind) {
		t.Errorf("result: %v", err)
	}
	reply, err := envelope.ParseReplyKey(v.ReplyPrivate)
	if err != nil || !bytes.Equal(reply.Public(), v.ReplyPublic) {
		t.Fatalf("reply key: %v", err)
	}
	a, err := envelope.OpenResult(res, reply)
	if err != nil || !bytes.Equal(mustEncode(t, a), v.Answer) {
		t.Errorf("answer: %v", err)
	}
}

func (v *vectors) checkRefused(t *testing.T, roots *x509.CertPool) {
	service, err := envelope.ParseServicePrivateKey(v.ServicePrivate)
	if err != nil {
		t.Fatal(err)
	}
	list, err := envelope.VerifyRevocation(v.RevocationMessage, roots, v.Now)
	if err != nil {
		t.Fatal(err)
	}
	centre := envelope.NewCentre(roots, roots, list.Has)
	for _, c := range v.Refused {
		var err error
		switch c.As {
		case "envelope":
			var opened *envelope.Opened
			if opened, err = envelope.Verify(c.Message, roots, v.Now); err == nil {
				_, err = opened.Open(service)
			}
		case "receipt":
			_, err = centre.Receipt(c.Message, v.Now)
		case "result":
			_, err = centre.Result(c.Message, v.Now)
		case "revocation":
			_, err = centre.Revocation(c.Message, v.Now)
		}
		if want := reasons[c.Error]; want == nil || !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %q", c.Story, err, c.Error)
		}
	}
}

// writeVectors makes the vectors from fixed randomness.
func writeVectors(t *testing.T, file string) {
	cryptotest.SetGlobalRandom(t, 2026)
	f := newFleet(t)
	reply := newReply(t)
	in := inner(t, reply.Public())
	s, err := envelope.Seal(rand.Reader, outer(), in, f.service.Public(), f.device.key, f.device.chain)
	if err != nil {
		t.Fatal(err)
	}
	rc := receipt()
	rc.Digest, rc.ChainHead = s.Digest, s.Digest
	a := answer()
	bind, err := result().Bind()
	if err != nil {
		t.Fatal(err)
	}
	name := f.service.Public().Name()
	v := vectors{
		About: "Test vectors of Motcua's envelope, receipt, result and list of revoked certificates; see envelope.cddl. Byte strings in hexadecimal, certificates in DER. The keys are published: never use them.",
		Now:   now().UTC(), CA: f.ca.cert.Raw,
		DeviceCertificate: f.device.cert.Raw, DeviceKey: pkcs8(t, f.device), ReceiptCertificate: f.receipt.cert.Raw, ReceiptKey: pkcs8(t, f.receipt),
		ServicePrivate: must(f.service.Bytes()), ServicePublic: f.service.Public().Bytes(), ServiceName: name[:],
		ReplyPrivate: must(reply.Bytes()), ReplyPublic: reply.Public(),
		Outer: mustEncode(t, outer()), Inner: mustEncode(t, in), Envelope: s.Bytes, Digest: s.Digest[:],
		Receipt: mustEncode(t, rc), ReceiptMessage: must(envelope.SignReceipt(rand.Reader, rc, f.receipt.key, f.receipt.chain)),
		Answer: mustEncode(t, a), ResultBind: bind,
		ResultMessage: must(envelope.SignResult(rand.Reader, result(), &a, reply.Public(), f.receipt.key, f.receipt.chain)),
	}
	v.Refused = append(refusals(t, f, s.Bytes), v.revoke(t, f)...)
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// revoke adds a list, and what must be refused because of it.
func (v *vectors) revoke(t *testing.T, f *fleet) []refused {
	t.Helper()
	bad := f.issue(t, receiptTemplate())
	disguised := bad
	disguised.chain = [][]byte{gatewaytest.Rewritten(t, bad.cert).Raw}
	name := envelope.CertificateName(bad.cert)
	list := revocation().With(name)
	v.DocumentCertificate, v.DocumentKey = f.document.cert.Raw, pkcs8(t, f.document)
	v.RevokedCertificate, v.RevokedName = bad.cert.Raw, name[:]
	v.Revocation, v.RevocationMessage = mustEncode(t, list), must(envelope.SignRevocation(rand.Reader, list, f.document.key, f.document.chain))
	changed := func(change func(r *request.Revocation)) []byte {
		r := list
		change(&r)
		return signRaw(t, envelope.TypeRevocation, mustEncode(t, r), f.document)
	}
	rc := mustEncode(t, receipt())
	return []refused{
		{"a receipt by a revoked certificate", "receipt", "revoked", signRaw(t, envelope.TypeReceipt, rc, bad)},
		{"the same, the certificate's signature written in its other form", "receipt", "revoked", signRaw(t, envelope.TypeReceipt, rc, disguised)},
		{"a receipt by the key for documents", "receipt", "certificate", signRaw(t, envelope.TypeReceipt, rc, f.document)},
		{"a list by the key for receipts", "revocation", "certificate", signRaw(t, envelope.TypeRevocation, v.Revocation, f.receipt)},
		{"a list with a changed signature", "revocation", "signature", flip(v.RevocationMessage, len(v.RevocationMessage)-1)},
		{"a list of version 2", "revocation", "version", changed(func(r *request.Revocation) { r.V = 2 })},
		{"a list without a number", "revocation", "malformed", changed(func(r *request.Revocation) { r.Number = 0 })},
		{"a list that was to be replaced before it was signed", "revocation", "malformed", changed(func(r *request.Revocation) { r.Next = r.At })},
		{"a list with half a name", "revocation", "malformed", changed(func(r *request.Revocation) { r.Revoked = r.Revoked[8:] })},
		{"a list out of order", "revocation", "malformed", changed(func(r *request.Revocation) { r.Revoked = append(bytes.Clone(r.Revoked[16:]), r.Revoked[:16]...) })},
	}
}

// refusals are messages that must not be taken, one for each reason.
func refusals(t *testing.T, f *fleet, good []byte) []refused {
	p := payloadOf(t, good)
	newer, other := bytes.Clone(p["outer"]), outer()
	newer = bytes.Replace(newer, []byte("av\x01"), []byte("av\x02"), 1)
	other.Seq, other.Prev = 2, request.Digest{1}
	with := func(outer []byte) []byte {
		return mustEncode(t, map[string][]byte{"outer": outer, "to": p["to"], "enc": p["enc"], "ct": p["ct"]})
	}
	foreign := issueFrom(t, newCA(t, "another fleet"), deviceTemplate())
	expired := deviceTemplate()
	expired.NotAfter = now().Add(-time.Second)
	second := deviceTemplate()
	second.Subject.CommonName = "demo-k02"
	rc := mustEncode(t, receipt())
	return []refused{
		{"the larger s", "envelope", "signature", highS(t, good)},
		{"a changed signature", "envelope", "signature", flip(good, len(good)-1)},
		{"a changed ciphertext", "envelope", "signature", flip(good, bytes.Index(good, p["ct"]))},
		{"a byte too many", "envelope", "malformed", append(bytes.Clone(good), 0)},
		{"a parameter in the unprotected header", "envelope", "malformed", unprotected(t, good)},
		{"another fleet's device", "envelope", "certificate", signRaw(t, envelope.TypeRequest, with(p["outer"]), foreign)},
		{"an expired certificate", "envelope", "certificate", signRaw(t, envelope.TypeRequest, with(p["outer"]), f.issue(t, expired))},
		{"another device of the fleet", "envelope", "identity", signRaw(t, envelope.TypeRequest, with(p["outer"]), f.issue(t, second))},
		{"version 2", "envelope", "version", signRaw(t, envelope.TypeRequest, with(newer), f.device)},
		{"another outer part, signed again by the device", "envelope", "sealed", signRaw(t, envelope.TypeRequest, with(mustEncode(t, other)), f.device)},
		{"a receipt by a device", "receipt", "certificate", signRaw(t, envelope.TypeReceipt, rc, f.device)},
		{"a receipt sent as a result", "result", "malformed", signRaw(t, envelope.TypeReceipt, rc, f.receipt)},
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pkcs8(t *testing.T, p party) []byte {
	t.Helper()
	return must(x509.MarshalPKCS8PrivateKey(p.key))
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

func highS(t *testing.T, b []byte) []byte {
	t.Helper()
	b = bytes.Clone(b)
	s := new(big.Int).SetBytes(b[len(b)-32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(b[len(b)-32:])
	return b
}

func unprotected(t *testing.T, b []byte) []byte {
	t.Helper()
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		t.Fatal(err)
	}
	m.Headers.Unprotected[cose.HeaderLabelKeyID] = []byte("x")
	m.Headers.RawUnprotected = nil
	return must(m.MarshalCBOR())
}
