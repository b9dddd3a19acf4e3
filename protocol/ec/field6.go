package ec

import "math/bits"

// Multiplication for 6 limbs, unrolled: the curves of 384 bits.

// mul6 sets z = x * y / 2^384 modulo p.
func mul6(z, x, y, p *element, inv uint64) {
	var t0, t1, t2, t3, t4, t5, t6 uint64
	for i := range 6 {
		var c, top uint64
		yi := y[i]
		h0, l0 := bits.Mul64(x[0], yi)
		h1, l1 := bits.Mul64(x[1], yi)
		h2, l2 := bits.Mul64(x[2], yi)
		h3, l3 := bits.Mul64(x[3], yi)
		h4, l4 := bits.Mul64(x[4], yi)
		h5, l5 := bits.Mul64(x[5], yi)
		t0, c = bits.Add64(t0, l0, 0) // t += x * y[i]
		t1, c = bits.Add64(t1, l1, c)
		t2, c = bits.Add64(t2, l2, c)
		t3, c = bits.Add64(t3, l3, c)
		t4, c = bits.Add64(t4, l4, c)
		t5, c = bits.Add64(t5, l5, c)
		t6, top = bits.Add64(t6, 0, c)
		t1, c = bits.Add64(t1, h0, 0)
		t2, c = bits.Add64(t2, h1, c)
		t3, c = bits.Add64(t3, h2, c)
		t4, c = bits.Add64(t4, h3, c)
		t5, c = bits.Add64(t5, h4, c)
		t6, c = bits.Add64(t6, h5, c)
		top += c

		m := t0 * inv // t = (t + m * p) / 2^64
		h0, l0 = bits.Mul64(p[0], m)
		h1, l1 = bits.Mul64(p[1], m)
		h2, l2 = bits.Mul64(p[2], m)
		h3, l3 = bits.Mul64(p[3], m)
		h4, l4 = bits.Mul64(p[4], m)
		h5, l5 = bits.Mul64(p[5], m)
		_, c = bits.Add64(t0, l0, 0)
		t0, c = bits.Add64(t1, l1, c)
		t1, c = bits.Add64(t2, l2, c)
		t2, c = bits.Add64(t3, l3, c)
		t3, c = bits.Add64(t4, l4, c)
		t4, c = bits.Add64(t5, l5, c)
		t5, c = bits.Add64(t6, 0, c)
		t6 = top + c
		t0, c = bits.Add64(t0, h0, 0)
		t1, c = bits.Add64(t1, h1, c)
		t2, c = bits.Add64(t2, h2, c)
		t3, c = bits.Add64(t3, h3, c)
		t4, c = bits.Add64(t4, h4, c)
		t5, c = bits.Add64(t5, h5, c)
		t6 += c
	}
	d0, b := bits.Sub64(t0, p[0], 0)
	d1, b := bits.Sub64(t1, p[1], b)
	d2, b := bits.Sub64(t2, p[2], b)
	d3, b := bits.Sub64(t3, p[3], b)
	d4, b := bits.Sub64(t4, p[4], b)
	d5, b := bits.Sub64(t5, p[5], b)
	_, b = bits.Sub64(t6, 0, b)
	mask := -b
	z[0] = d0 ^ (mask & (t0 ^ d0))
	z[1] = d1 ^ (mask & (t1 ^ d1))
	z[2] = d2 ^ (mask & (t2 ^ d2))
	z[3] = d3 ^ (mask & (t3 ^ d3))
	z[4] = d4 ^ (mask & (t4 ^ d4))
	z[5] = d5 ^ (mask & (t5 ^ d5))
}
