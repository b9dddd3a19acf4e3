package ec

import (
	"bytes"
	"crypto/elliptic"
	"sync"
)

// The curves. Each is set up when it is first asked for.
var (
	p192 = sync.OnceValue(newP192)
	p224 = sync.OnceValue(func() *Curve { return newNIST(elliptic.P224()) })
	p256 = sync.OnceValue(func() *Curve { return newNIST(elliptic.P256()) })
	p384 = sync.OnceValue(func() *Curve { return newNIST(elliptic.P384()) })
	p521 = sync.OnceValue(func() *Curve { return newNIST(elliptic.P521()) })

	brainpoolP192r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp192) })
	brainpoolP224r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp224) })
	brainpoolP256r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp256) })
	brainpoolP320r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp320) })
	brainpoolP384r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp384) })
	brainpoolP512r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp512) })

	brainpoolP192t1 = sync.OnceValue(func() *Curve { return newTwin(bp192) })
	brainpoolP224t1 = sync.OnceValue(func() *Curve { return newTwin(bp224) })
	brainpoolP256t1 = sync.OnceValue(func() *Curve { return newTwin(bp256) })
	brainpoolP320t1 = sync.OnceValue(func() *Curve { return newTwin(bp320) })
	brainpoolP384t1 = sync.OnceValue(func() *Curve { return newTwin(bp384) })
	brainpoolP512t1 = sync.OnceValue(func() *Curve { return newTwin(bp512) })
)

// P192 is NIST P-192 (secp192r1). It is weaker than what is issued today; cards
// and certificates of the past have it.
func P192() *Curve { return p192() }

// P224 is NIST P-224 (secp224r1).
func P224() *Curve { return p224() }

// P256 is NIST P-256 (secp256r1).
func P256() *Curve { return p256() }

// P384 is NIST P-384 (secp384r1).
func P384() *Curve { return p384() }

// P521 is NIST P-521 (secp521r1).
func P521() *Curve { return p521() }

// BrainpoolP192r1 is RFC 5639, 3.2.
func BrainpoolP192r1() *Curve { return brainpoolP192r1() }

// BrainpoolP224r1 is RFC 5639, 3.3.
func BrainpoolP224r1() *Curve { return brainpoolP224r1() }

// BrainpoolP256r1 is RFC 5639, 3.4.
func BrainpoolP256r1() *Curve { return brainpoolP256r1() }

// BrainpoolP320r1 is RFC 5639, 3.5.
func BrainpoolP320r1() *Curve { return brainpoolP320r1() }

// BrainpoolP384r1 is RFC 5639, 3.6.
func BrainpoolP384r1() *Curve { return brainpoolP384r1() }

// BrainpoolP512r1 is RFC 5639, 3.7.
func BrainpoolP512r1() *Curve { return brainpoolP512r1() }

// BrainpoolP192t1 is RFC 5639, 3.2, the twin of brainpoolP192r1 with a = -3.
func BrainpoolP192t1() *Curve { return brainpoolP192t1() }

// BrainpoolP224t1 is RFC 5639, 3.3, the twin of brainpoolP224r1 with a = -3.
func BrainpoolP224t1() *Curve { return brainpoolP224t1() }

// BrainpoolP256t1 is RFC 5639, 3.4, the twin of brainpoolP256r1 with a = -3.
func BrainpoolP256t1() *Curve { return brainpoolP256t1() }

// BrainpoolP320t1 is RFC 5639, 3.5, the twin of brainpoolP320r1 with a = -3.
func BrainpoolP320t1() *Curve { return brainpoolP320t1() }

// BrainpoolP384t1 is RFC 5639, 3.6, the twin of brainpoolP384r1 with a = -3.
func BrainpoolP384t1() *Curve { return brainpoolP384t1() }

// BrainpoolP512t1 is RFC 5639, 3.7, the twin of brainpoolP512r1 with a = -3.
func BrainpoolP512t1() *Curve { return brainpoolP512t1() }

// Beginnings of object identifiers: ansi-X9-62 curves prime (1.2.840.10045.3.1),
// certicom arc curve (1.3.132.0), and brainpool versionOne
// (1.3.36.3.3.2.8.1.1).
const (
	oidX962      = "\x2a\x86\x48\xce\x3d\x03\x01"
	oidCerticom  = "\x2b\x81\x04\x00"
	oidBrainpool = "\x2b\x24\x03\x03\x02\x08\x01\x01"
)

var catalogue = []struct {
	name, oid string
	bits      int // of the prime
	curve     func() *Curve
}{
	{"P-192", oidX962 + "\x01", 192, P192},
	{"P-224", oidCerticom + "\x21", 224, P224},
	{"P-256", oidX962 + "\x07", 256, P256},
	{"P-384", oidCerticom + "\x22", 384, P384},
	{"P-521", oidCerticom + "\x23", 521, P521},
	{"brainpoolP192r1", oidBrainpool + "\x03", 192, BrainpoolP192r1},
	{"brainpoolP224r1", oidBrainpool + "\x05", 224, BrainpoolP224r1},
	{"brainpoolP256r1", oidBrainpool + "\x07", 256, BrainpoolP256r1},
	{"brainpoolP320r1", oidBrainpool + "\x09", 320, BrainpoolP320r1},
	{"brainpoolP384r1", oidBrainpool + "\x0b", 384, BrainpoolP384r1},
	{"brainpoolP512r1", oidBrainpool + "\x0d", 512, BrainpoolP512r1},
	{"brainpoolP192t1", oidBrainpool + "\x04", 192, BrainpoolP192t1},
	{"brainpoolP224t1", oidBrainpool + "\x06", 224, BrainpoolP224t1},
	{"brainpoolP256t1", oidBrainpool + "\x08", 256, BrainpoolP256t1},
	{"brainpoolP320t1", oidBrainpool + "\x0a", 320, BrainpoolP320t1},
	{"brainpoolP384t1", oidBrainpool + "\x0c", 384, BrainpoolP384t1},
	{"brainpoolP512t1", oidBrainpool + "\x0e", 512, BrainpoolP512t1},
}

// All lists the curves.
func All() []*Curve {
	all := make([]*Curve, len(catalogue))
	for i, e := range catalogue {
		all[i] = e.curve()
	}
	return all
}

// ByName finds a curve by its [Curve.Name].
func ByName(name string) (*Curve, bool) {
	for _, e := range catalogue {
		if e.name == name {
			return e.curve(), true
		}
	}
	return nil, false
}

// ByOID finds a curve by its [Curve.OID].
func ByOID(oid []byte) (*Curve, bool) {
	for _, e := range catalogue {
		if e.oid == string(oid) {
			return e.curve(), true
		}
	}
	return nil, false
}

// ByParameters finds the curve that has exactly these domain parameters, given
// as unsigned big-endian integers; gen is the generator as an encoded point,
// compressed or not. Certificates of travel documents spell them out.
func ByParameters(p, a, b, gen, order []byte) (*Curve, bool) {
	size := len(bytes.TrimLeft(p, "\x00"))
	for _, e := range catalogue {
		if (e.bits+7)/8 != size {
			continue
		}
		c := e.curve()
		if same(p, c.params.p) && same(a, c.params.a) && same(b, c.params.b) && same(order, c.order) && c.isGenerator(gen) {
			return c, true
		}
	}
	return nil, false
}

func same(x, y []byte) bool {
	return bytes.Equal(bytes.TrimLeft(x, "\x00"), bytes.TrimLeft(y, "\x00"))
}

func (c *Curve) isGenerator(b []byte) bool {
	if len(b) == 0 || !bytes.HasPrefix(b[1:], c.params.gx) {
		return false
	}
	rest := b[1+len(c.params.gx):]
	odd := c.params.gy[len(c.params.gy)-1] & 1
	switch b[0] {
	case 4:
		return bytes.Equal(rest, c.params.gy)
	case 2, 3:
		return len(rest) == 0 && b[0] == 2|odd
	}
	return false
}
