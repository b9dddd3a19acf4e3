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
	var t0, t1, t2, t3, t4, t5, c, m uint64
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	p0, p1, p2, p3 := p[0], p[1], p[2], p[3]

	yi := y[0]
	c, t0 = bits.Mul64(x0, yi)
	c, t1 = mulAdd(x1, yi, c, 0)
	c, t2 = mulAdd(x2, yi, c, 0)
	t4, t3 = mulAdd(x3, yi, c, 0)
	t5 = 0
	m = t0 * inv
	c, _ = mulAdd(m, p0, t0, 0)
	c, t0 = mulAdd(m, p1, t1, c)
	c, t1 = mulAdd(m, p2, t2, c)
	c, t2 = mulAdd(m, p3, t3, c)
	t3, c = bits.Add64(t4, c, 0)
	t4 = t5 + c

	yi = y[1]
	c, t0 = mulAdd(x0, yi, t0, 0)
	c, t1 = mulAdd(x1, yi, t1, c)
	c, t2 = mulAdd(x2, yi, t2, c)
	c, t3 = mulAdd(x3, yi, t3, c)
	t4, t5 = bits.Add64(t4, c, 0)
	m = t0 * inv
	c, _ = mulAdd(m, p0, t0, 0)
	c, t0 = mulAdd(m, p1, t1, c)
	c, t1 = mulAdd(m, p2, t2, c)
	c, t2 = mulAdd(m, p3, t3, c)
	t3, c = bits.Add64(t4, c, 0)
	t4 = t5 + c

	yi = y[2]
	c, t0 = mulAdd(x0, yi, t0, 0)
	c, t1 = mulAdd(x1, yi, t1, c)
	c, t2 = mulAdd(x2, yi, t2, c)
	c, t3 = mulAdd(x3, yi, t3, c)
	t4, t5 = bits.Add64(t4, c, 0)
	m = t0 * inv
	c, _ = mulAdd(m, p0, t0, 0)
	c, t0 = mulAdd(m, p1, t1, c)
	c, t1 = mulAdd(m, p2, t2, c)
	c, t2 = mulAdd(m, p3, t3, c)
	t3, c = bits.Add64(t4, c, 0)
	t4 = t5 + c

	yi = y[3]
	c, t0 = mulAdd(x0, yi, t0, 0)
	c, t1 = mulAdd(x1, yi, t1, c)
	c, t2 = mulAdd(x2, yi, t2, c)
	c, t3 = mulAdd(x3, yi, t3, c)
	t4, t5 = bits.Add64(t4, c, 0)
	m = t0 * inv
	c, _ = mulAdd(m, p0, t0, 0)
	c, t0 = mulAdd(m, p1, t1, c)
	c, t1 = mulAdd(m, p2, t2, c)
	c, t2 = mulAdd(m, p3, t3, c)
	t3, c = bits.Add64(t4, c, 0)
	t4 = t5 + c

	choose4(z, t0, t1, t2, t3, t4, p)
}
