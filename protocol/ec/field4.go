package ec

import "math/bits"

// The same arithmetic for four limbs, unrolled: it carries every card with a
// 256-bit curve, and a session is mostly this.

// add4 sets z = x + y modulo p.
func add4(z, x, y, p *element) {
	s0, c := bits.Add64(x[0], y[0], 0)
	s1, c := bits.Add64(x[1], y[1], c)
	s2, c := bits.Add64(x[2], y[2], c)
	s3, c := bits.Add64(x[3], y[3], c)
	choose4(z, s0, s1, s2, s3, c, p)
}

// choose4 sets z to the value of five limbs, less p when it is not below p.
func choose4(z *element, s0, s1, s2, s3, s4 uint64, p *element) {
	d0, b := bits.Sub64(s0, p[0], 0)
	d1, b := bits.Sub64(s1, p[1], b)
	d2, b := bits.Sub64(s2, p[2], b)
	d3, b := bits.Sub64(s3, p[3], b)
	_, b = bits.Sub64(s4, 0, b)
	mask := -b
	z[0] = d0 ^ (mask & (s0 ^ d0))
	z[1] = d1 ^ (mask & (s1 ^ d1))
	z[2] = d2 ^ (mask & (s2 ^ d2))
	z[3] = d3 ^ (mask & (s3 ^ d3))
}

// sub4 sets z = x - y modulo p.
func sub4(z, x, y, p *element) {
	d0, b := bits.Sub64(x[0], y[0], 0)
	d1, b := bits.Sub64(x[1], y[1], b)
	d2, b := bits.Sub64(x[2], y[2], b)
	d3, b := bits.Sub64(x[3], y[3], b)
	mask := -b
	var c uint64
	z[0], c = bits.Add64(d0, p[0]&mask, 0)
	z[1], c = bits.Add64(d1, p[1]&mask, c)
	z[2], c = bits.Add64(d2, p[2]&mask, c)
	z[3], _ = bits.Add64(d3, p[3]&mask, c)
}

// mul4 sets z = x * y / 2^256 modulo p.
func mul4(z, x, y, p *element, inv uint64) {
	var t0, t1, t2, t3, t4 uint64
	for i := range 4 {
		var c, top uint64
		yi := y[i]
		h0, l0 := bits.Mul64(x[0], yi)
		h1, l1 := bits.Mul64(x[1], yi)
		h2, l2 := bits.Mul64(x[2], yi)
		h3, l3 := bits.Mul64(x[3], yi)
		t0, c = bits.Add64(t0, l0, 0) // t += x * y[i]
		t1, c = bits.Add64(t1, l1, c)
		t2, c = bits.Add64(t2, l2, c)
		t3, c = bits.Add64(t3, l3, c)
		t4, top = bits.Add64(t4, 0, c)
		t1, c = bits.Add64(t1, h0, 0)
		t2, c = bits.Add64(t2, h1, c)
		t3, c = bits.Add64(t3, h2, c)
		t4, c = bits.Add64(t4, h3, c)
		top += c

		m := t0 * inv // t = (t + m * p) / 2^64
		h0, l0 = bits.Mul64(p[0], m)
		h1, l1 = bits.Mul64(p[1], m)
		h2, l2 = bits.Mul64(p[2], m)
		h3, l3 = bits.Mul64(p[3], m)
		_, c = bits.Add64(t0, l0, 0)
		t0, c = bits.Add64(t1, l1, c)
		t1, c = bits.Add64(t2, l2, c)
		t2, c = bits.Add64(t3, l3, c)
		t3, c = bits.Add64(t4, 0, c)
		t4 = top + c
		t0, c = bits.Add64(t0, h0, 0)
		t1, c = bits.Add64(t1, h1, c)
		t2, c = bits.Add64(t2, h2, c)
		t3, c = bits.Add64(t3, h3, c)
		t4 += c
	}
	choose4(z, t0, t1, t2, t3, t4, p)
}
