package jpeg2000

import "math/bits"

// contribution is what one packet adds to one block.
type contribution struct {
	block *block
	parts []part
}

// part goes to one codeword of the block.
type part struct{ codeword, bytes int }

// readPacket reads one packet: header and the bytes it announces (ISO/IEC
// 15444-1, B.9, B.10).
func (t *tile) readPacket(r *headerBits, p place, layer int, b *budget) error {
	if t.style.sop {
		r.marker(markSOP, 4)
	}
	style := t.comps[p.comp].coding.style
	roi := int(t.comps[p.comp].roi)
	var all []contribution
	if r.bit() == 1 {
		for i := range p.precinct.bands {
			pb := &p.precinct.bands[i]
			if err := b.spend(visitsPerBlock * len(pb.blocks)); err != nil {
				return err
			}
			for n := range pb.blocks {
				c, err := pb.readBlock(r, n, layer, style, pb.band.planes+roi)
				if err != nil {
					return err
				}
				if c.block != nil {
					all = append(all, c)
				}
			}
		}
	}
	r.align()
	if t.style.eph {
		r.marker(markEPH, 0)
	}
	if r.over {
		return malformed("packet header ends early")
	}
	return deliver(r, all)
}

// deliver hands out the bytes that follow a header.
func deliver(r *headerBits, all []contribution) error {
	for _, c := range all {
		for _, part := range c.parts {
			if part.bytes > len(r.data)-r.at {
				return malformed("packet ends early")
			}
			w := &c.block.codewords[part.codeword]
			w.data = append(w.data, r.data[r.at:r.at+part.bytes])
			r.at += part.bytes
		}
	}
	return nil
}

// readBlock reads the part of a header that tells of one block (B.10.3 to
// B.10.7). A block that gets nothing gives a zero contribution.
func (pb *precinctBand) readBlock(r *headerBits, n, layer int, style byte, planes int) (contribution, error) {
	x, y, blk := n%pb.across, n/pb.across, &pb.blocks[n]
	if blk.included {
		if r.bit() == 0 {
			return contribution{}, nil
		}
	} else {
		if !pb.included.below(r, x, y, layer+1) {
			return contribution{}, nil
		}
		blk.included = true
		for !pb.zeros.below(r, x, y, blk.zeros+1) {
			if blk.zeros++; blk.zeros > planes || r.over {
				return contribution{}, malformed("more empty bit-planes than there are")
			}
		}
	}
	passes := readPasses(r)
	for r.bit() == 1 {
		if blk.lengthBits++; blk.lengthBits > 31 {
			return contribution{}, malformed("length of a block")
		}
	}
	return blk.readLengths(r, passes, style)
}

// readPasses reads the number of coding passes (table B.4).
func readPasses(r *headerBits) int {
	switch {
	case r.bit() == 0:
		return 1
	case r.bit() == 0:
		return 2
	}
	if n := r.bits(2); n < 3 {
		return 3 + int(n)
	}
	if n := r.bits(5); n < 31 {
		return 6 + int(n)
	}
	return 37 + int(r.bits(7))
}

// readLengths spreads passes over codewords and reads how many bytes each gets
// (B.10.7).
func (blk *block) readLengths(r *headerBits, passes int, style byte) (contribution, error) {
	c := contribution{block: blk}
	for passes > 0 {
		last := len(blk.codewords) - 1
		if last < 0 || blk.codewords[last].passes == blk.codewords[last].most {
			blk.codewords = append(blk.codewords, codeword{most: mostPasses(style, blk.passes)})
			last++
		}
		w := &blk.codewords[last]
		n := min(passes, w.most-w.passes)
		length := r.bits(blk.lengthBits + uint(bits.Len(uint(n))) - 1)
		if length > uint(len(r.data)) || r.over {
			return c, malformed("length of a block")
		}
		c.parts = append(c.parts, part{codeword: last, bytes: int(length)})
		w.passes += n
		blk.passes += n
		passes -= n
	}
	return c, nil
}

// firstRaw is the first pass that bypasses the arithmetic coder (D.6).
const firstRaw = 10

// mostPasses is how many passes a codeword holds that begins with pass at
// (tables D.8 and D.9).
func mostPasses(style byte, at int) int {
	const unlimited = 1 << 10
	switch {
	case style&styleEachPass != 0:
		return 1
	case style&styleBypass == 0:
		return unlimited
	case at < firstRaw:
		return firstRaw - at
	case isCleanup(at):
		return 1
	}
	return 2 // significance and refinement, raw
}

// isCleanup: passes come in threes after a first cleanup.
func isCleanup(pass int) bool { return pass%3 == 0 }
