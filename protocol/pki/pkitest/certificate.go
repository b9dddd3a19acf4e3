package pkitest

import (
	"testing"
	"time"

	"motcua/protocol/tlv"
)

// Name is a name of attributes of one string type: pairs of the last arc below
// 2.5.4 and a text.
func Name(kind tlv.Tag, parts ...string) []byte {
	var rdns [][]byte
	for i := 0; i < len(parts); i += 2 {
		rdns = append(rdns, attribute(parts[i], kind, parts[i+1]))
	}
	return Seq(rdns...)
}

func attribute(last string, kind tlv.Tag, text string) []byte {
	return Set(Seq(OID(oidAttribute+last), tlv.Encode(kind, []byte(text))))
}

// NameIn is the name of somebody in a country.
func NameIn(country, common string) []byte {
	return Seq(attribute("\x06", 0x13, country), attribute("\x0a", 0x0C, "Demo Authority"), attribute("\x03", 0x0C, common))
}

// Certificate is what goes into one.
type Certificate struct {
	Serial                 byte
	Issuer, Subject        []byte // names
	From, To               time.Time
	Key, By                Key // of the subject, and who signs
	CA                     bool
	SKI, AKI               []byte
	Usage                  byte // 0: no extension
	PrivateFrom, PrivateTo time.Time
	Purposes               []string // OIDs
	Types                  []string // of documents
	Critical               string   // OID of one more critical extension
}

// DER issues the certificate.
func (c Certificate) DER(t testing.TB) []byte {
	t.Helper()
	return signed(t, c.By, Seq(
		tlv.Encode(0xA0, Integer(2)), Integer(c.Serial), c.By.Algorithm(), c.Issuer, Seq(UTC(c.From), UTC(c.To)), c.Subject,
		c.Key.SPKI(), tlv.Encode(0xA3, Seq(c.extensions()...)),
	))
}

// signed is something that is to be signed, with its signature.
func signed(t testing.TB, by Key, tbs []byte) []byte {
	t.Helper()
	return Seq(tbs, by.Algorithm(), Bits(by.Sign(t, tbs)))
}

// Extension is one of a certificate or list.
func Extension(id string, critical bool, value ...[]byte) []byte {
	if critical {
		return Seq(OID(id), []byte{1, 1, 0xFF}, Octets(value...))
	}
	return Seq(OID(id), Octets(value...))
}

func (c Certificate) extensions() (list [][]byte) {
	add := func(there bool, id string, critical bool, value func() []byte) {
		if there {
			list = append(list, Extension(id, critical, value()))
		}
	}
	add(c.Usage != 0, oidExtension+"\x0f", true, func() []byte { return tlv.Encode(0x03, []byte{0, c.Usage}) })
	add(c.CA, oidExtension+"\x13", true, func() []byte { return Seq([]byte{1, 1, 0xFF}, Integer(0)) })
	add(c.SKI != nil, oidExtension+"\x0e", false, func() []byte { return Octets(c.SKI) })
	add(c.AKI != nil, oidExtension+"\x23", false, func() []byte { return Seq(tlv.Encode(0x80, c.AKI)) })
	add(!c.PrivateTo.IsZero(), oidExtension+"\x10", false, func() []byte {
		period := func(tag tlv.Tag, t time.Time) []byte { return tlv.Encode(tag, []byte(t.Format("20060102150405Z"))) }
		return Seq(period(0x80, c.PrivateFrom), period(0x81, c.PrivateTo))
	})
	add(c.Purposes != nil, oidExtension+"\x25", true, func() []byte {
		var all [][]byte
		for _, p := range c.Purposes {
			all = append(all, OID(p))
		}
		return Seq(all...)
	})
	add(c.Types != nil, OIDICAO+"\x06\x02", false, func() []byte {
		var all [][]byte
		for _, t := range c.Types {
			all = append(all, tlv.Encode(0x13, []byte(t)))
		}
		return Seq(Integer(0), Set(all...))
	})
	add(c.Critical != "", c.Critical, true, null)
	return list
}
