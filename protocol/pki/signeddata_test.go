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
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

// Every way of signing that Doc 9303 part 12 allows, on every curve, as the
// key of the authority and of the signer.
func TestEveryAlgorithmVerifies(t *testing.T) {
	hashes := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	var keys []pkitest.Key
	for i, curve := range ec.All() {
		k := pkitest.NewECKey(t, curve, hashes[i%len(hashes)])
		k.Plain = i%2 == 1
		keys = append(keys, k)
	}
	if len(keys) < 6 {
		t.Fatalf("%d curves", len(keys))
	}
	for _, h := range hashes {
		keys = append(keys, &pkitest.RSAKey{Key: testRSA(), H: h}, &pkitest.RSAKey{Key: testRSA(), H: h, PSS: true}, pkitest.NewECKey(t, ec.BrainpoolP256r1(), h))
	}
	keys = append(keys, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA1, PSS: true, Bare: true})
	for i, k := range keys {
		authority := pkitest.AuthorityOf(keys[(i+1)%len(keys)], "VN", 1)
		anchors := anchorsOf(t, authority.Cert)
		for j, m := range []pkitest.Message{{ByKeyID: true}, {Bare: true}, {Reversed: true, At: now.AddDate(0, -1, 0)}} {
			if testing.Short() && i%3 != j { // slow machines
				continue
			}
			m.Kind, m.Content, m.Cert = pkitest.OIDCardSecurity, []byte("content"), authority.Signer(k, nil)
			s := must[*pki.SignedData](t)(pki.ParseSignedData(m.DER(t)))
			chain, err := s.Verify(anchors, pki.SigningDocuments, now)
			if err != nil || !chain.Trusted() || chain.Issuer == nil || !bytes.Equal(s.Content, m.Content) {
				t.Errorf("%s under %s: %v, %v", s.Signature(), chain.Signer.SignatureAlgorithm(), chain.Findings, err)
			}
			if !s.SigningTime().Equal(m.At) {
				t.Errorf("signed at %v", s.SigningTime())
			}
			if weak := k.Hash() == crypto.SHA1; s.Weak() != weak || s.Digest() != k.Hash() {
				t.Errorf("%s: weak %v", s.Signature(), s.Weak())
			}
		}
	}
}

func TestPSSWithAnotherMaskHashIsUnsupported(t *testing.T) {
	k := &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256, PSS: true, Mask: crypto.SHA1}
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("x"), Cert: pkitest.NewAuthority(t, "VN").Signer(k, nil)}
	if _, err := pki.ParseSignedData(m.DER(t)); !errors.Is(err, pki.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

func TestSignedDataThatIsFalse(t *testing.T) {
	authority := pkitest.NewAuthority(t, "VN")
	k := pkitest.NewKey(t)
	good := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("content"), Cert: authority.Signer(k, nil)}
	for _, c := range []struct {
		name  string
		make  func(m pkitest.Message) []byte
		want  []error
		parse error
	}{
		{name: "another content", want: []error{pki.ErrDigest}, make: func(m pkitest.Message) []byte {
			return bytes.Replace(m.DER(t), pkitest.Octets([]byte("content")), pkitest.Octets([]byte("kontent")), 1)
		}},
		{name: "another content without attributes", want: []error{pki.ErrSignature}, make: func(m pkitest.Message) []byte {
			m.Bare = true
			return bytes.Replace(m.DER(t), pkitest.Octets([]byte("content")), pkitest.Octets([]byte("kontent")), 1)
		}},
		{name: "another key", want: []error{pki.ErrSignature}, make: func(m pkitest.Message) []byte {
			m.Certs = [][]byte{authority.Signer(pkitest.NewKey(t), nil).DER(t)}
			return m.DER(t)
		}},
		{name: "another content and another key", want: []error{pki.ErrSignature, pki.ErrDigest}, make: func(m pkitest.Message) []byte {
			m.Certs = [][]byte{authority.Signer(pkitest.NewKey(t), nil).DER(t)}
			return bytes.Replace(m.DER(t), pkitest.Octets([]byte("content")), pkitest.Octets([]byte("kontent")), 1)
		}},
		{name: "no certificate", want: []error{pki.ErrNoSigner}, make: func(m pkitest.Message) []byte {
			m.Certs = [][]byte{}
			return m.DER(t)
		}},
		{name: "somebody else's certificate", want: []error{pki.ErrNoSigner}, make: func(m pkitest.Message) []byte {
			m.Certs = [][]byte{authority.Cert.DER(t)}
			return m.DER(t)
		}},
		{name: "a certificate on a curve unknown", want: []error{pki.ErrUnsupported}, make: func(m pkitest.Message) []byte {
			unknown := bytes.Replace(m.Cert.DER(t), ec.P256().OID(), []byte(pkitest.OIDX962+"\x03\x01\x02"), 1)
			m.Certs = [][]byte{unknown}
			return m.DER(t)
		}},
		{name: "attributes of another content type", parse: der.ErrMalformed, make: func(m pkitest.Message) []byte {
			m.ContentID = pkitest.OID(pkitest.OIDLDS)
			return m.DER(t)
		}},
		{name: "attributes without a digest", parse: der.ErrMalformed, make: func(m pkitest.Message) []byte {
			return bytes.Replace(m.DER(t), pkitest.OID(pkitest.OIDCMS+"\x04"), pkitest.OID(pkitest.OIDCMS+"\x34"), 1)
		}},
		{name: "an unknown hash", parse: pki.ErrUnsupported, make: func(m pkitest.Message) []byte {
			return bytes.ReplaceAll(m.DER(t), pkitest.HashID(crypto.SHA256), pkitest.Seq(pkitest.OID("\x60\x86\x48\x01\x65\x03\x04\x02\x11")))
		}},
		{name: "no signer", parse: der.ErrMalformed, make: func(pkitest.Message) []byte {
			return pkitest.Seq(pkitest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv.Encode(0xA0, pkitest.Seq(
				pkitest.Integer(3), pkitest.Set(), pkitest.Seq(pkitest.OID(pkitest.OIDCardSecurity), tlv.Encode(0xA0, pkitest.Octets(nil))), pkitest.Set())))
		}},
		{name: "enveloped data", parse: der.ErrMalformed, make: func(m pkitest.Message) []byte {
			return bytes.Replace(m.DER(t), pkitest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), pkitest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"), 1)
		}},
		{name: "nothing", parse: der.ErrMalformed, make: func(pkitest.Message) []byte { return nil }},
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
		chain, err := s.Verify(anchorsOf(t, authority.Cert), pki.SigningDocuments, now)
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
		parts = append(pkitest.Octets(item.Value[:half]), pkitest.Octets(item.Value[half:])...)
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
	authority := pkitest.NewAuthority(t, "VN")
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("content in two segments"), Cert: authority.Signer(pkitest.NewKey(t), nil), At: now.AddDate(0, -2, 0)}
	s := must[*pki.SignedData](t)(pki.ParseSignedData(indefinite(t, m.DER(t))))
	if chain, err := s.Verify(anchorsOf(t, authority.Cert), pki.SigningDocuments, now); err != nil || !chain.Trusted() {
		t.Errorf("%v, %v", chain.Findings, err)
	}
	if string(s.Content) != string(m.Content) {
		t.Errorf("%q", s.Content)
	}
}

func TestCardSecurity(t *testing.T) {
	authority := pkitest.NewAuthority(t, "VN")
	anchors := anchorsOf(t, authority.Cert)
	content := pkitest.Set(pkitest.Seq(pkitest.OID("\x04\x00\x7f\x00\x07\x02\x02\x02"), pkitest.Integer(1)))
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: content, Cert: authority.Signer(pkitest.NewKey(t), nil)}
	got, chain, err := pki.VerifyCardSecurity(m.DER(t), anchors, now)
	if err != nil || !chain.Trusted() || !bytes.Equal(got, content) {
		t.Errorf("%X, %v, %v", got, chain.Findings, err)
	}
	if _, chain, err := pki.VerifyCardSecurity(m.DER(t), pki.Anchors{}, now); err != nil || chain.Trusted() || !chain.Has(pki.NoAnchors) {
		t.Errorf("without anchors: %v, %v", chain.Findings, err)
	}
	m.Kind = pkitest.OIDLDS
	if _, _, err := pki.VerifyCardSecurity(m.DER(t), anchors, now); !errors.Is(err, der.ErrMalformed) {
		t.Errorf("an EF.SOD: %v", err)
	}
	m.Kind = pkitest.OIDCardSecurity
	torn := m.DER(t)
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
	authority := pkitest.NewAuthority(t, "VN")
	anchors := anchorsOf(t, authority.Cert)
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("content"), Cert: authority.Signer(pkitest.NewKey(t), nil)}
	good := m.DER(t)
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
		if string(s.Content) != "content" || string(s.ContentType) != pkitest.OIDCardSecurity {
			t.Errorf("byte %d changes what is signed", at)
		}
	}
	if trusted > 40 {
		t.Errorf("%d of %d bytes may be flipped", trusted, len(good))
	}
}

func TestSignatureNames(t *testing.T) {
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("x"), Cert: pkitest.NewAuthority(t, "VN").Signer(&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA512, PSS: true}, nil)}
	if got := must[*pki.SignedData](t)(pki.ParseSignedData(m.DER(t))).Signature(); got != "RSA-PSS-SHA-512" {
		t.Error(got)
	}
	if got := fmt.Sprint(pki.SignatureAlgorithm{Scheme: pki.ECDSA}); !strings.HasPrefix(got, "ECDSA") {
		t.Error(got)
	}
}

// Whoever reads many documents of one signer reads its certificate once, and owes
// nothing to the first document.
func TestSignerIsReadOnce(t *testing.T) {
	authority := pkitest.NewAuthority(t, "VN")
	k := pkitest.NewKey(t)
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("content"), Cert: authority.Signer(k, nil)}
	anchors := anchorsOf(t, authority.Cert)
	document := m.DER(t)
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
