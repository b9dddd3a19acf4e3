package pkitest

import (
	"bytes"
	"crypto"
	"slices"
	"testing"
	"time"

	"motcua/protocol/tlv"
)

// Message is signed data (CMS) in the making.
type Message struct {
	Kind     string // OID of the content
	Content  []byte
	Cert     Certificate // of the signer
	Certs    [][]byte    // those that come along, Cert if nil
	Issuer   []byte      // of the signer's certificate as the signature names it, that of Cert if nil
	At       time.Time   // zero: not told
	ByKeyID  bool        // the signer is named by its key
	Bare     bool        // without signed attributes
	Reversed bool        // attributes are sent in another order than signed
	// ContentID stands in the attribute of the content's kind instead of that.
	ContentID []byte
}

func (m Message) attributes(h crypto.Hash) [][]byte {
	attribute := func(last string, value []byte) []byte { return Seq(OID(OIDCMS+last), Set(value)) }
	id := OID(m.Kind)
	if m.ContentID != nil {
		id = m.ContentID
	}
	list := [][]byte{attribute("\x03", id), attribute("\x04", Octets(Digest(h, m.Content)))}
	if !m.At.IsZero() {
		list = append(list, attribute("\x05", UTC(m.At)))
	}
	slices.SortFunc(list, bytes.Compare)
	return list
}

// signer is the SignerInfo.
func (m Message) signer(t testing.TB) []byte {
	t.Helper()
	k, issuer := m.Cert.Key, m.Cert.Issuer
	if m.Issuer != nil {
		issuer = m.Issuer
	}
	version, sid := Integer(1), Seq(issuer, Integer(m.Cert.Serial))
	if m.ByKeyID {
		version, sid = Integer(3), tlv.Encode(0x80, m.Cert.SKI)
	}
	if m.Bare {
		return Seq(version, sid, HashID(k.Hash()), k.Algorithm(), Octets(k.Sign(t, m.Content)))
	}
	list := m.attributes(k.Hash())
	signature := k.Sign(t, Set(list...))
	if m.Reversed {
		slices.Reverse(list)
	}
	return Seq(version, sid, HashID(k.Hash()), tlv.Encode(0xA0, list...), k.Algorithm(), Octets(signature))
}

// DER signs the content.
func (m Message) DER(t testing.TB) []byte {
	t.Helper()
	certs := m.Certs
	if certs == nil {
		certs = [][]byte{m.Cert.DER(t)}
	}
	data := Seq(
		Integer(3), Set(HashID(m.Cert.Key.Hash())), Seq(OID(m.Kind), tlv.Encode(0xA0, Octets(m.Content))), tlv.Encode(0xA0, certs...),
		Set(m.signer(t)),
	)
	return Seq(OID(oidSignedData), tlv.Encode(0xA0, data))
}
