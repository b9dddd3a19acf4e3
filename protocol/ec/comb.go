package ec

// comb holds multiples of the generator: table t at entry m is the sum of
// 2^(step*(4*tooth+t)) times the generator over the bits, the teeth, of m. It
// saves most of the doublings (Lim and Lee, "More flexible exponentiation with
// precomputation", 1994).
type comb struct {
	step   int // bits between the multiples; sixteen steps span a scalar
	tables [4][16]Point
}

func newComb(c *Curve) *comb {
	cb := &comb{step: (8*c.OrderSize() + 15) / 16}
	base := *c.gen
	for i := range 16 {
		tooth, t := i/4, i%4
		cb.tables[t][1<<tooth] = base
		for range cb.step {
			base.double(&base)
		}
	}
	for t := range cb.tables {
		cb.tables[t][0] = *c.newPoint()
		for m := range cb.tables[t] {
			if lowest := m & -m; m != lowest {
				cb.tables[t][m].curve = c
				cb.tables[t][m].add(&cb.tables[t][m-lowest], &cb.tables[t][lowest])
			}
		}
	}
	return cb
}

// mult sets r to k times the generator, for a k as wide as the order.
func (cb *comb) mult(r *Point, k []byte) {
	t := Point{curve: r.curve}
	for s := cb.step - 1; s >= 0; s-- {
		r.double(r)
		for i := range cb.tables {
			var digit byte
			for tooth := range 4 {
				digit |= bit(k, s+cb.step*(4*tooth+i)) << tooth
			}
			t.pick(&cb.tables[i], digit)
			r.add(r, &t)
		}
	}
	t.wipe()
}

// bit is bit i of a big-endian integer, counted from the least significant.
func bit(k []byte, i int) byte {
	if i >= 8*len(k) {
		return 0
	}
	return k[len(k)-1-i/8] >> (i % 8) & 1
}
