package jpeg2000

// lines is how many rows or columns are transformed together.
const lines = 16

// lifting is one wavelet on n positions of k samples each; odd is 1 when the
// first position is a high-pass one.
type lifting[T int32 | float32] func(a []T, n, k, odd int)

// inverse puts the sub-bands of a component together, one resolution after the
// other (ISO/IEC 15444-1, F.3). Rows have length stride.
func inverse[T int32 | float32](data []T, stride int, resolutions []resolution, lift lifting[T], b *budget) error {
	var tmp []T
	for r := 1; r < len(resolutions); r++ {
		res, low := &resolutions[r], &resolutions[r-1]
		w, h := res.w(), res.h()
		if w == 0 || h == 0 {
			continue
		}
		if err := b.spend(2 * w * h); err != nil {
			return err
		}
		if need := max(w, h*lines); cap(tmp) < need {
			tmp = make([]T, need)
		}
		for y := range h {
			row := data[y*stride : y*stride+w]
			interleave(tmp[:w], row, low.w(), res.x0&1)
			lift(tmp[:w], w, 1, res.x0&1)
			copy(row, tmp[:w])
		}
		for x := 0; x < w; x += lines {
			columns(data[x:], stride, h, min(lines, w-x), low.h(), res.y0&1, tmp, lift)
		}
	}
	return nil
}

// interleave spreads low and high coefficients over their positions.
func interleave[T int32 | float32](to, from []T, low, odd int) {
	for i, v := range from[:low] {
		to[2*i+odd] = v
	}
	for i, v := range from[low:] {
		to[2*i+1-odd] = v
	}
}

// columns transforms k columns of height h.
func columns[T int32 | float32](data []T, stride, h, k, low, odd int, tmp []T, lift lifting[T]) {
	for y := range h {
		to := 2*y + odd
		if y >= low {
			to = 2*(y-low) + 1 - odd
		}
		copy(tmp[to*k:(to+1)*k], data[y*stride:])
	}
	lift(tmp[:h*k], h, k, odd)
	for y := range h {
		copy(data[y*stride:y*stride+k], tmp[y*k:(y+1)*k])
	}
}

// neighbours are positions i-1 and i+1, mirrored at the ends.
func neighbours[T int32 | float32](a []T, i, n, k int) (before, after []T) {
	p, q := i-1, i+1
	if p < 0 {
		p = q
	}
	if q >= n {
		q = p
	}
	return a[p*k : (p+1)*k], a[q*k : (q+1)*k]
}

// lift53 is the reversible wavelet (F.3.8.1).
func lift53(a []int32, n, k, odd int) {
	if n == 1 {
		if odd == 1 {
			for i := range a {
				a[i] /= 2
			}
		}
		return
	}
	for i := odd; i < n; i += 2 {
		p, q := neighbours(a, i, n, k)
		for j := range k {
			a[i*k+j] -= (p[j] + q[j] + 2) >> 2
		}
	}
	for i := 1 - odd; i < n; i += 2 {
		p, q := neighbours(a, i, n, k)
		for j := range k {
			a[i*k+j] += (p[j] + q[j]) >> 1
		}
	}
}

// Parameters of the irreversible wavelet (table F.4).
const (
	liftAlpha = -1.586134342059924
	liftBeta  = -0.052980118572961
	liftGamma = 0.882911075530934
	liftDelta = 0.443506852043971
	liftK     = 1.230174104914001
)

// lift97 is the irreversible wavelet (F.3.8.2).
func lift97(a []float32, n, k, odd int) {
	if n == 1 {
		if odd == 1 {
			for i := range a {
				a[i] /= 2
			}
		}
		return
	}
	for i := range n {
		scale := float32(liftK)
		if i&1 != odd {
			scale = 1 / liftK
		}
		for j := range k {
			a[i*k+j] *= scale
		}
	}
	addNeighbours(a, n, k, odd, -liftDelta)
	addNeighbours(a, n, k, 1-odd, -liftGamma)
	addNeighbours(a, n, k, odd, -liftBeta)
	addNeighbours(a, n, k, 1-odd, -liftAlpha)
}

func addNeighbours(a []float32, n, k, from int, weight float32) {
	for i := from; i < n; i += 2 {
		p, q := neighbours(a, i, n, k)
		for j := range k {
			a[i*k+j] += weight * (p[j] + q[j])
		}
	}
}
