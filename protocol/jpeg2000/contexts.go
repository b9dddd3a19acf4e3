package jpeg2000

// State of a sample: which neighbours are significant and the signs of four of
// them, and its own.
const (
	nearNE = 1 << iota
	nearSE
	nearSW
	nearNW
	nearN
	nearE
	nearS
	nearW
	minusN
	minusE
	minusS
	minusW
	significant
	refined
	visited

	nearAny = nearNE | nearSE | nearSW | nearNW | nearN | nearE | nearS | nearW
	// below are those of the next stripe, which causal contexts do not see.
	below = nearSE | nearSW | nearS | minusS
)

// significanceContexts are table D.1 for each orientation, by the neighbours.
var significanceContexts = func() (all [4][256]uint8) {
	for near := range 256 {
		h, v, d := bitsOf(near, nearE|nearW), bitsOf(near, nearN|nearS), bitsOf(near, nearNE|nearSE|nearSW|nearNW)
		all[bandLL][near] = lowContext(h, v, d)
		all[bandLH][near] = lowContext(h, v, d)
		all[bandHL][near] = lowContext(v, h, d)
		all[bandHH][near] = diagonalContext(h+v, d)
	}
	return all
}()

func bitsOf(near, mask int) (n int) {
	for x := near & mask; x > 0; x &= x - 1 {
		n++
	}
	return n
}

func lowContext(h, v, d int) uint8 {
	switch {
	case h == 2:
		return 8
	case h == 1 && v > 0:
		return 7
	case h == 1 && d > 0:
		return 6
	case h == 1:
		return 5
	case v > 0:
		return uint8(2 + v)
	}
	return uint8(min(d, 2))
}

func diagonalContext(hv, d int) uint8 {
	switch {
	case d >= 3:
		return 8
	case d == 2:
		return uint8(6 + min(hv, 1))
	case d == 1:
		return uint8(3 + min(hv, 2))
	}
	return uint8(min(hv, 2))
}

const signFlip = 0x80

// signContexts are tables D.2 and D.3, by the four neighbours and their signs;
// the top bit says that the symbol is turned round.
var signContexts = func() (all [256]uint8) {
	for i := range all {
		near := i << 4
		side := func(mark, minus int) int {
			switch {
			case near&mark == 0:
				return 0
			case near&minus != 0:
				return -1
			}
			return 1
		}
		h := clamp(side(nearE, minusE)+side(nearW, minusW), -1, 1)
		v := clamp(side(nearN, minusN)+side(nearS, minusS), -1, 1)
		flip := uint8(0)
		if h < 0 || h == 0 && v < 0 {
			h, v, flip = -h, -v, signFlip
		}
		all[i] = uint8(contextSign+3*h+v) | flip
	}
	return all
}()

func clamp(x, low, high int) int { return max(low, min(x, high)) }
