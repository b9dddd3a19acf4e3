package ec

import (
	"crypto/ecdsa"
	"fmt"
	"io"
	"math/big"
)

// Verify tells whether (r, s), big-endian integers, is an ECDSA signature over
// a digest by the holder of pub. A digest longer than the order is cut to its
// leftmost bits (FIPS 186-5, 6.4).
func (c *Curve) Verify(pub *Point, digest, r, s []byte) bool {
	if pub.curve != c || pub.IsInfinity() || len(digest) == 0 {
		return false
	}
	if c.std != nil {
		return c.verifyStd(pub, digest, r, s)
	}
	f := c.scalar
	var er, es, ee, w element
	if !f.fromBytes(&er, r) || !f.fromBytes(&es, s) || f.isZero(&er)|f.isZero(&es) == 1 {
		return false
	}
	c.digestScalar(&ee, digest)
	f.invert(&w, &es)
	f.mul(&ee, &ee, &w) // u1
	f.mul(&w, &er, &w)  // u2
	u1, u2 := make([]byte, f.size), make([]byte, f.size)
	f.toBytes(u1, &ee)
	f.toBytes(u2, &w)
	sum := c.ScalarBaseMult(u1)
	sum.add(sum, pub.ScalarMult(u2))
	x, err := sum.X()
	if err != nil {
		return false
	}
	var v element
	c.reduce(&v, x)
	return f.equal(&v, &er) == 1
}

func (c *Curve) verifyStd(pub *Point, digest, r, s []byte) bool {
	key := pub.std
	if key == nil { // a public key is mostly verified with as it came
		b, err := pub.Bytes()
		if err != nil {
			return false
		}
		if key, err = ecdsa.ParseUncompressedPublicKey(c.std, b); err != nil {
			return false
		}
	}
	return ecdsa.Verify(key, digest, new(big.Int).SetBytes(r), new(big.Int).SetBytes(s))
}

// Sign makes an ECDSA signature with private key d, as [Curve.RandomScalar]
// draws it; r and s have [Curve.OrderSize] bytes. It is there for emulated
// cards and their issuer.
func (c *Curve) Sign(random io.Reader, d, digest []byte) (r, s []byte, err error) {
	f := c.scalar
	var ed, ee, er, es element
	defer clear(ed[:])
	if !f.fromBytes(&ed, d) || f.isZero(&ed) == 1 {
		return nil, nil, fmt.Errorf("signing on %s: %w", c.name, ErrScalar)
	}
	c.digestScalar(&ee, digest)
	for {
		if err := c.signOnce(random, &er, &es, &ed, &ee); err != nil {
			return nil, nil, err
		}
		if f.isZero(&er)|f.isZero(&es) == 0 {
			break
		}
	}
	r, s = make([]byte, f.size), make([]byte, f.size)
	f.toBytes(r, &er)
	f.toBytes(s, &es)
	return r, s, nil
}

// signOnce sets r and s for a fresh nonce; it is to be repeated where one of them
// is zero.
func (c *Curve) signOnce(random io.Reader, r, s, d, digest *element) error {
	f := c.scalar
	k, err := c.RandomScalar(random)
	if err != nil {
		return err
	}
	defer clear(k)
	x, err := c.ScalarBaseMult(k).X()
	if err != nil {
		return err
	}
	c.reduce(r, x)
	var inverse element
	f.fromBytes(&inverse, k)
	f.invert(&inverse, &inverse)
	f.mul(s, r, d)
	f.add(s, s, digest)
	f.mul(s, s, &inverse)
	clear(inverse[:])
	return nil
}

// digestScalar takes the leftmost bits of a digest, as many as the order has.
func (c *Curve) digestScalar(z *element, digest []byte) {
	size := c.OrderSize()
	b := make([]byte, size)
	if len(digest) < size {
		copy(b[size-len(digest):], digest)
		c.reduce(z, b)
		return
	}
	copy(b, digest)
	if spare := 8*size - c.bits; spare > 0 {
		for i := size - 1; i >= 0; i-- {
			b[i] >>= spare
			if i > 0 {
				b[i] |= b[i-1] << (8 - spare)
			}
		}
	}
	c.reduce(z, b)
}

// reduce sets z to a big-endian integer modulo the order. The integer has no
// more bytes than a coordinate, so that it fits the limbs.
func (c *Curve) reduce(z *element, b []byte) { c.scalar.fromBytes(z, b) }
