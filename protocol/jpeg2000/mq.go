package jpeg2000

// mqState is a state of the probability estimation (ISO/IEC 15444-1, table C.2).
type mqState struct {
	qe         uint32
	mps, lps   uint8 // next state after the more, the less probable symbol
	exchanging bool  // the less probable symbol takes the other's place
}

var mqStates = [47]mqState{
	{0x5601, 1, 1, true},
	{0x3401, 2, 6, false},
	{0x1801, 3, 9, false},
	{0x0AC1, 4, 12, false},
	{0x0521, 5, 29, false},
	{0x0221, 38, 33, false},
	{0x5601, 7, 6, true},
	{0x5401, 8, 14, false},
	{0x4801, 9, 14, false},
	{0x3801, 10, 14, false},
	{0x3001, 11, 17, false},
	{0x2401, 12, 18, false},
	{0x1C01, 13, 20, false},
	{0x1601, 29, 21, false},
	{0x5601, 15, 14, true},
	{0x5401, 16, 14, false},
	{0x5101, 17, 15, false},
	{0x4801, 18, 16, false},
	{0x3801, 19, 17, false},
	{0x3401, 20, 18, false},
	{0x3001, 21, 19, false},
	{0x2801, 22, 19, false},
	{0x2401, 23, 20, false},
	{0x2201, 24, 21, false},
	{0x1C01, 25, 22, false},
	{0x1801, 26, 23, false},
	{0x1601, 27, 24, false},
	{0x1401, 28, 25, false},
	{0x1201, 29, 26, false},
	{0x1101, 30, 27, false},
	{0x0AC1, 31, 28, false},
	{0x09C1, 32, 29, false},
	{0x08A1, 33, 30, false},
	{0x0521, 34, 31, false},
	{0x0441, 35, 32, false},
	{0x02A1, 36, 33, false},
	{0x0221, 37, 34, false},
	{0x0141, 38, 35, false},
	{0x0111, 39, 36, false},
	{0x0085, 40, 37, false},
	{0x0049, 41, 38, false},
	{0x0025, 42, 39, false},
	{0x0015, 43, 40, false},
	{0x0009, 44, 41, false},
	{0x0005, 45, 42, false},
	{0x0001, 45, 43, false},
	{0x5601, 46, 46, false},
}

// Contexts of the block coder (table D.7): nine for significance, five for signs,
// three for refinement, and two more.
const (
	contextSign       = 9
	contextRefine     = 14
	contextRun        = 17
	contextUniform    = 18
	contexts          = 19
	stateZero         = 4
	stateRun          = 3
	stateUniform      = 46
	bypassAfterOnes   = 0x8F // a byte greater than this after ones is a marker
	registerFill      = 0xFF00
	intervalFull      = 0x8000
	intervalFullShift = 16
)

// mqDecoder is the arithmetic decoder (annex C). Beyond its end it reads ones.
type mqDecoder struct {
	data   []byte
	at     int
	c, a   uint32
	count  uint
	states [contexts]uint8
	more   [contexts]uint8 // the more probable symbol
}

// resetContexts puts every context into its first state.
func (d *mqDecoder) resetContexts() {
	d.states, d.more = [contexts]uint8{}, [contexts]uint8{}
	d.states[0], d.states[contextRun], d.states[contextUniform] = stateZero, stateRun, stateUniform
}

// start begins a codeword (C.3.5).
func (d *mqDecoder) start(data []byte) {
	d.data, d.at = data, 0
	d.c = uint32(d.look(0)) << intervalFullShift
	d.fill()
	d.c <<= 7
	d.count -= 7
	d.a = intervalFull
}

func (d *mqDecoder) look(at int) byte {
	if at < len(d.data) {
		return d.data[at]
	}
	return 0xFF
}

// fill takes a byte (C.3.4): seven bits after a byte of ones, and ones at a
// marker or the end.
func (d *mqDecoder) fill() {
	next := d.look(d.at + 1)
	switch {
	case d.look(d.at) != 0xFF:
		d.at++
		d.c += uint32(next) << 8
		d.count = 8
	case next > bypassAfterOnes:
		d.c += registerFill
		d.count = 8
	default:
		d.at++
		d.c += uint32(next) << 9
		d.count = 7
	}
}

// decode gives the next symbol in a context (C.3.2).
func (d *mqDecoder) decode(context uint8) uint8 {
	s := &mqStates[d.states[context]]
	symbol := d.more[context]
	d.a -= s.qe
	if d.c>>intervalFullShift < s.qe {
		if d.a < s.qe {
			d.states[context] = s.mps
		} else {
			symbol = d.lessProbable(context, s)
		}
		d.a = s.qe
		d.renormalise()
		return symbol
	}
	d.c -= s.qe << intervalFullShift
	if d.a&intervalFull != 0 {
		return symbol
	}
	if d.a < s.qe {
		symbol = d.lessProbable(context, s)
	} else {
		d.states[context] = s.mps
	}
	d.renormalise()
	return symbol
}

func (d *mqDecoder) lessProbable(context uint8, s *mqState) uint8 {
	symbol := 1 - d.more[context]
	if s.exchanging {
		d.more[context] = symbol
	}
	d.states[context] = s.lps
	return symbol
}

func (d *mqDecoder) renormalise() {
	for {
		if d.count == 0 {
			d.fill()
		}
		d.a <<= 1
		d.c <<= 1
		d.count--
		if d.a&intervalFull != 0 {
			return
		}
	}
}

// rawBits reads the bits of passes that bypass the arithmetic coder (D.6).
type rawBits struct {
	data []byte
	at   int
	held byte
	left uint
}

func (r *rawBits) bit() uint8 {
	if r.left == 0 {
		last := r.held
		r.held, r.left = 0xFF, 8
		if r.at < len(r.data) {
			r.held = r.data[r.at]
			r.at++
			if last == 0xFF {
				r.left = 7
			}
		}
	}
	r.left--
	return r.held >> r.left & 1
}
