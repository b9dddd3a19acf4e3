package jpeg2000

// blockDecoder decodes code-blocks (ISO/IEC 15444-1, annex D). It is used for one
// block after the other and keeps its buffers.
type blockDecoder struct {
	mq     mqDecoder
	raw    rawBits
	w, h   int
	stride int
	// flags have a border of one sample around the block.
	flags []uint16
	// values are the coefficients, twice their magnitude: the lowest bit is the
	// half by which a value whose lower planes are missing is estimated (E-6 with
	// r = 1/2).
	values []int32
	zc     *[256]uint8
	causal bool
	isRaw  bool
	joined []byte
}

// decode decodes all passes of a block.
func (d *blockDecoder) decode(blk *block, bd *band, style byte, roi uint, b *budget) error {
	d.prepare(blk, bd, style)
	planes := bd.planes + int(roi) - blk.zeros
	if planes > maxPlanes {
		return unsupported("bit-planes")
	}
	d.mq.resetContexts()
	pass, plane := 0, planes
	for i := range blk.codewords {
		w := &blk.codewords[i]
		d.open(w, style&styleBypass != 0 && pass >= firstRaw && !isCleanup(pass))
		for range w.passes {
			if plane < 1 {
				return nil // more passes than bit-planes: nothing is left to say
			}
			if err := b.spend(d.w * d.h); err != nil {
				return err
			}
			d.pass(pass, uint(plane), style)
			if isCleanup(pass) {
				plane--
			}
			pass++
		}
	}
	return nil
}

func (d *blockDecoder) prepare(blk *block, bd *band, style byte) {
	d.w, d.h = blk.w(), blk.h()
	d.stride = d.w + 2
	d.flags = zeroed(d.flags, d.stride*(d.h+2))
	d.values = zeroed(d.values, d.w*d.h)
	d.zc = &significanceContexts[bd.orientation]
	d.causal = style&styleCausal != 0
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// open begins a codeword, whose bytes may have come in several packets.
func (d *blockDecoder) open(w *codeword, raw bool) {
	var data []byte
	if len(w.data) == 1 {
		data = w.data[0]
	} else {
		d.joined = d.joined[:0]
		for _, part := range w.data {
			d.joined = append(d.joined, part...)
		}
		data = d.joined
	}
	d.isRaw = raw
	if raw {
		d.raw = rawBits{data: data}
		return
	}
	d.mq.start(data)
}

// pass decodes one coding pass of a bit-plane, which is counted from 1.
func (d *blockDecoder) pass(pass int, plane uint, style byte) {
	switch pass % 3 {
	case 0:
		d.cleanup(plane)
		if style&styleSymbols != 0 {
			for range 4 {
				d.mq.decode(contextUniform)
			}
		}
	case 1:
		d.significance(plane)
	case 2:
		d.refinement(plane)
	}
	if style&styleReset != 0 {
		d.mq.resetContexts()
	}
}

// seen are the flags that contexts of the sample in row y may see.
func (d *blockDecoder) seen(at, y int) uint16 {
	f := d.flags[at]
	if d.causal && y&3 == 3 {
		f &^= below
	}
	return f
}

func (d *blockDecoder) symbol(context uint8) uint8 {
	if d.isRaw {
		return d.raw.bit()
	}
	return d.mq.decode(context)
}

// significance is the significance propagation pass (D.3.1).
func (d *blockDecoder) significance(plane uint) {
	for y0 := 0; y0 < d.h; y0 += 4 {
		for x := range d.w {
			for y := y0; y < min(y0+4, d.h); y++ {
				at := (y+1)*d.stride + x + 1
				f := d.seen(at, y)
				if f&nearAny == 0 || f&(significant|visited) != 0 {
					continue
				}
				if d.symbol(d.zc[f&nearAny]) == 1 {
					d.become(at, x, y, f, plane)
				}
				d.flags[at] |= visited
			}
		}
	}
}

// become makes a sample significant: its sign is decoded and its neighbours are
// told (D.3.2).
func (d *blockDecoder) become(at, x, y int, f uint16, plane uint) {
	var minus uint8
	if d.isRaw {
		minus = d.raw.bit()
	} else {
		c := signContexts[f>>4&0xFF]
		minus = d.mq.decode(c&^signFlip) ^ c>>7
	}
	v := int32(1)<<plane | int32(1)<<(plane-1)
	if minus == 1 {
		v = -v
	}
	d.values[y*d.w+x] = v
	d.tell(at, uint16(minus))
}

// tell sets the flags around a sample that became significant.
func (d *blockDecoder) tell(at int, minus uint16) {
	north, south := at-d.stride, at+d.stride
	d.flags[at] |= significant
	d.flags[north] |= nearS | minus*minusS
	d.flags[south] |= nearN | minus*minusN
	d.flags[at-1] |= nearE | minus*minusE
	d.flags[at+1] |= nearW | minus*minusW
	d.flags[north-1] |= nearSE
	d.flags[north+1] |= nearSW
	d.flags[south-1] |= nearNE
	d.flags[south+1] |= nearNW
}

// refinement is the magnitude refinement pass (D.3.3).
func (d *blockDecoder) refinement(plane uint) {
	half := int32(1) << (plane - 1)
	for y0 := 0; y0 < d.h; y0 += 4 {
		for x := range d.w {
			for y := y0; y < min(y0+4, d.h); y++ {
				at := (y+1)*d.stride + x + 1
				f := d.seen(at, y)
				if f&(significant|visited) != significant {
					continue
				}
				up := d.symbol(refineContext(f)) == 1
				v := &d.values[y*d.w+x]
				if up == (*v > 0) {
					*v += half
				} else {
					*v -= half
				}
				d.flags[at] |= refined
			}
		}
	}
}

// refineContext is table D.4.
func refineContext(f uint16) uint8 {
	switch {
	case f&refined != 0:
		return contextRefine + 2
	case f&nearAny != 0:
		return contextRefine + 1
	}
	return contextRefine
}

// cleanup is the cleanup pass (D.3.4): whole columns of a stripe without any
// significant neighbour are coded as runs.
func (d *blockDecoder) cleanup(plane uint) {
	for y0 := 0; y0 < d.h; y0 += 4 {
		for x := range d.w {
			y, met := y0, false
			if y0+4 <= d.h && d.quiet(x, y0) {
				if d.mq.decode(contextRun) == 0 {
					continue
				}
				y += int(d.mq.decode(contextUniform))<<1 | int(d.mq.decode(contextUniform))
				met = true
			}
			for ; y < min(y0+4, d.h); y++ {
				at := (y+1)*d.stride + x + 1
				f := d.seen(at, y)
				if met || f&(significant|visited) == 0 && d.mq.decode(d.zc[f&nearAny]) == 1 {
					d.become(at, x, y, f, plane)
				}
				met = false
				d.flags[at] &^= visited
			}
		}
	}
}

// quiet tells whether four samples have nothing significant near them.
func (d *blockDecoder) quiet(x, y0 int) bool {
	for y := y0; y < y0+4; y++ {
		if d.seen((y+1)*d.stride+x+1, y)&(significant|visited|nearAny) != 0 {
			return false
		}
	}
	return true
}
