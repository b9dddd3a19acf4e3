package pki_test

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/protocol/der"
	"motcua/protocol/ec"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// Every way of signing that Doc 9303 part 12 allows, on every curve, as the
// key of the authority and of the signer.
func TestEveryAlgorithmVerifies(t *testing.T) {
	hashes := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	var keys []signKey
	for i, curve := range ec.All() {
		if curveOID(curve) == "" {
			continue // its name is no OID of certificates
		}
		k := newECKey(t, curve, hashes[i%len(hashes)])
		k.plain = i%2 == 1
		keys = append(keys, k)
	}
	if len(keys) < 6 {
		t.Fatalf("%d curves", len(keys))
	}
	for _, h := range hashes {
		keys = append(keys, &rsaKey{key: testRSA(), h: h}, &rsaKey{key: testRSA(), h: h, pss: true}, newECKey(t, ec.BrainpoolP256r1(), h))
	}
	keys = append(keys, &rsaKey{key: testRSA(), h: crypto.SHA1, pss: true, bare: true})
	for i, k := range keys {
		authority := authorityOf(keys[(i+1)%len(keys)], "VN", 1)
		anchors := anchorsOf(t, authority.cert)
		for j, m := range []message{{byKeyID: true}, {bare: true}, {reversed: true, at: now.AddDate(0, -1, 0)}} {
			if testing.Short() && i%3 != j { // slow machines
				continue
			}
			m.kind, m.content, m.cert = oidCard, []byte("content"), authority.signer(k, nil)
			s := must[*pki.SignedData](t)(pki.ParseSignedData(m.der(t)))
			chain, err := s.Verify(anchors, pki.SigningDocuments, now)
			if err != nil || !chain.Trusted() || chain.Issuer == nil || !bytes.Equal(s.Content, m.content) {
				t.Errorf("%s under %s: %v, %v", s.Signature(), chain.Signer.SignatureAlgorithm(), chain.Findings, err)
			}
			if !s.SigningTime().Equal(m.at) {
				t.Errorf("signed at %v", s.SigningTime())
			}
			if weak := k.hash() == crypto.SHA1; s.Weak() != weak || s.Digest() != k.hash() {
				t.Errorf("%s: weak %v", s.Signature(), s.Weak())
			}
		}
	}
}

func TestPSSWithAnotherMaskHashIsUnsupported(t *testing.T) {
	k := &rsaKey{key: testRSA(), h: crypto.SHA256, pss: true, mask: crypto.SHA1}
	m := message{kind: oidCard, content: []byte("x"), cert: newAuthority(t, "VN").signer(k, nil)}
	if _, err := pki.ParseSignedData(m.der(t)); !errors.Is(err, pki.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

func TestSignedDataThatIsFalse(t *testing.T) {
	authority := newAuthority(t, "VN")
	k := newKey(t)
	good := message{kind: oidCard, content: []byte("content"), cert: authority.signer(k, nil)}
	for _, c := range []struct {
		name  string
		make  func(m message) []byte
		want  []error
		parse error
	}{
		{name: "another content", want: []error{pki.ErrDigest}, make: func(m message) []byte {
			return bytes.Replace(m.der(t), octets([]byte("content")), octets([]byte("kontent")), 1)
		}},
		{name: "another content without attributes", want: []error{pki.ErrSignature}, make: func(m message) []byte {
			m.bare = true
			return bytes.Replace(m.der(t), octets([]byte("content")), octets([]byte("kontent")), 1)
		}},
		{name: "another key", want: []error{pki.ErrSignature}, make: func(m message) []byte {
			m.certs = [][]byte{authority.signer(newKey(t), nil).der(t)}
			return m.der(t)
		}},
		{name: "another content and another key", want: []error{pki.ErrSignature, pki.ErrDigest}, make: func(m message) []byte {
			m.certs = [][]byte{authority.signer(newKey(t), nil).der(t)}
			return bytes.Replace(m.der(t), octets([]byte("content")), octets([]byte("kontent")), 1)
		}},
		{name: "no certificate", want: []error{pki.ErrNoSigner}, make: func(m message) []byte {
			m.certs = [][]byte{}
			return m.der(t)
		}},
		{name: "somebody else's certificate", want: []error{pki.ErrNoSigner}, make: func(m message) []byte {
			m.certs = [][]byte{authority.cert.der(t)}
			return m.der(t)
		}},
		{name: "a certificate on a curve unknown", want: []error{pki.ErrUnsupported}, make: func(m message) []byte {
			unknown := bytes.Replace(m.cert.der(t), []byte(curveOID(ec.P256())), []byte(oidX962+"\x03\x01\x02"), 1)
			m.certs = [][]byte{unknown}
			return m.der(t)
		}},
		{name: "attributes of another content type", parse: der.ErrMalformed, make: func(m message) []byte {
			m.contentID = oid(oidLDS)
			return m.der(t)
		}},
		{name: "attributes without a digest", parse: der.ErrMalformed, make: func(m message) []byte {
			return bytes.Replace(m.der(t), oid(oidCMS+"\x04"), oid(oidCMS+"\x34"), 1)
		}},
		{name: "an unknown hash", parse: pki.ErrUnsupported, make: func(m message) []byte {
			return bytes.ReplaceAll(m.der(t), hashID(crypto.SHA256), seq(oid("\x60\x86\x48\x01\x65\x03\x04\x02\x11")))
		}},
		{name: "no signer", parse: der.ErrMalformed, make: func(message) []byte {
			return seq(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv.Encode(0xA0, seq(
				integer(3), set(), seq(oid(oidCard), tlv.Encode(0xA0, octets(nil))), set())))
		}},
		{name: "enveloped data", parse: der.ErrMalformed, make: func(m message) []byte {
			return bytes.Replace(m.der(t), oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"), 1)
		}},
		{name: "nothing", parse: der.ErrMalformed, make: func(message) []byte { return nil }},
	} {
		s, err := pki.ParseSignedData(c.make(good))
		if c.parse != nil {
			if !errors.Is(err, c.parse) {
				t.Errorf("%s: parsing: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		chain, err := s.Verify(anchorsOf(t, authority.cert), pki.SigningDocuments, now)
		for _, want := range c.want {
			if !errors.Is(err, want) || chain.Trusted() {
				t.Errorf("%s: %v, want %v", c.name, err, want)
			}
		}
	}
}

// indefinite writes DER as BER of indefinite length, octet strings in segments
// (the content) included, and leaves what is signed as it is.
func indefinite(t testing.TB, b []byte) []byte {
	t.Helper()
	item := must[tlv.Item](t)(tlv.NewReader(b).Next())
	var parts []byte
	switch {
	case item.Tag == 0x04 && len(item.Value) > 1:
		half := len(item.Value) / 2
		parts = append(octets(item.Value[:half]), octets(item.Value[half:])...)
		return append(append([]byte{0x24, 0x80}, parts...), 0, 0)
	case item.Tag == 0x30 || item.Tag == 0x31 || item.Tag == 0xA0:
		for r := item.Items(); r.More(); {
			inner := must[tlv.Item](t)(r.Next())
			parts = append(parts, indefinite(t, inner.Raw)...)
		}
		return append(append([]byte{byte(item.Tag), 0x80}, parts...), 0, 0)
	}
	return item.Raw
}

// Some issuers write BER. The certificates are DER all the same, as their
// signatures are over their bytes; here even they are rewritten, and come back.
func TestBERVerifies(t *testing.T) {
	authority := newAuthority(t, "VN")
	m := message{kind: oidCard, content: []byte("content in two segments"), cert: authority.signer(newKey(t), nil), at: now.AddDate(0, -2, 0)}
	s := must[*pki.SignedData](t)(pki.ParseSignedData(indefinite(t, m.der(t))))
	if chain, err := s.Verify(anchorsOf(t, authority.cert), pki.SigningDocuments, now); err != nil || !chain.Trusted() {
		t.Errorf("%v, %v", chain.Findings, err)
	}
	if string(s.Content) != string(m.content) {
		t.Errorf("%q", s.Content)
	}
}

func TestCardSecurity(t *testing.T) {
	authority := newAuthority(t, "VN")
	anchors := anchorsOf(t, authority.cert)
	content := set(seq(oid("\x04\x00\x7f\x00\x07\x02\x02\x02"), integer(1)))
	m := message{kind: oidCard, content: content, cert: authority.signer(newKey(t), nil)}
	got, chain, err := pki.VerifyCardSecurity(m.der(t), anchors, now)
	if err != nil || !chain.Trusted() || !bytes.Equal(got, content) {
		t.Errorf("%X, %v, %v", got, chain.Findings, err)
	}
	if _, chain, err := pki.VerifyCardSecurity(m.der(t), pki.Anchors{}, now); err != nil || chain.Trusted() || !chain.Has(pki.NoAnchors) {
		t.Errorf("without anchors: %v, %v", chain.Findings, err)
	}
	m.kind = oidLDS
	if _, _, err := pki.VerifyCardSecurity(m.der(t), anchors, now); !errors.Is(err, der.ErrMalformed) {
		t.Errorf("an EF.SOD: %v", err)
	}
	m.kind = oidCard
	torn := m.der(t)
	if got, _, err := pki.VerifyCardSecurity(torn[:len(torn)-1], anchors, now); !errors.Is(err, der.ErrMalformed) || got != nil {
		t.Errorf("torn: %v", err)
	}
	torn[len(torn)-1] ^= 1
	if got, _, err := pki.VerifyCardSecurity(torn, anchors, now); !errors.Is(err, pki.ErrSignature) || got != nil {
		t.Errorf("a flipped bit: %v", err)
	}
}

// No flipped bit of content, certificate or signature leaves a trusted signer.
func TestNoFlippedBitIsTrusted(t *testing.T) {
	authority := newAuthority(t, "VN")
	anchors := anchorsOf(t, authority.cert)
	m := message{kind: oidCard, content: []byte("content"), cert: authority.signer(newKey(t), nil)}
	good := m.der(t)
	from := bytes.Index(good, []byte("content"))
	step, trusted := 1, 0
	if testing.Short() { // slow machines
		step = 7
	}
	for at := 0; at < len(good); at += step {
		b := bytes.Clone(good)
		b[at] ^= 1 << (at % 8)
		s, err := pki.ParseSignedData(b)
		if err != nil {
			continue
		}
		chain, err := s.Verify(anchors, pki.SigningDocuments, now)
		if err != nil || !chain.Trusted() {
			continue
		}
		trusted++
		if at >= from && at < from+len("content") {
			t.Errorf("byte %d", at)
		}
		if string(s.Content) != "content" || string(s.ContentType) != oidCard {
			t.Errorf("byte %d changes what is signed", at)
		}
	}
	if trusted > 40 {
		t.Errorf("%d of %d bytes may be flipped", trusted, len(good))
	}
}

func TestSignatureNames(t *testing.T) {
	m := message{kind: oidCard, content: []byte("x"), cert: newAuthority(t, "VN").signer(&rsaKey{key: testRSA(), h: crypto.SHA512, pss: true}, nil)}
	if got := must[*pki.SignedData](t)(pki.ParseSignedData(m.der(t))).Signature(); got != "RSA-PSS-SHA-512" {
		t.Error(got)
	}
	if got := fmt.Sprint(pki.SignatureAlgorithm{Scheme: pki.ECDSA}); !strings.HasPrefix(got, "ECDSA") {
		t.Error(got)
	}
}

// Whoever reads many documents of one signer reads its certificate once, and owes
// nothing to the first document.
func TestSignerIsReadOnce(t *testing.T) {
	authority := newAuthority(t, "VN")
	k := newKey(t)
	m := message{kind: oidCard, content: []byte("content"), cert: authority.signer(k, nil)}
	anchors := anchorsOf(t, authority.cert)
	document := m.der(t)
	first := bytes.Clone(document)
	known := must[*pki.SignedData](t)(anchors.ParseSignedData(first)).Signer()
	clear(first)
	for _, again := range []pki.Anchors{anchors, {}} {
		s := must[*pki.SignedData](t)(again.ParseSignedData(document))
		if err := s.CheckSignature(); err != nil || (s.Signer() == known) != (again.Len() > 0) || !bytes.Equal(s.Signer().Raw, known.Raw) {
			t.Errorf("with %d anchors: %v", again.Len(), err)
		}
		if chain, err := s.Verify(anchors, pki.SigningDocuments, now); err != nil || !chain.Trusted() {
			t.Errorf("%v, %v", chain.Findings, err)
		}
	}
}
