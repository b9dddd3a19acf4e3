package jpeg2000

import "encoding/binary"

// Code-block styles (table A.19).
const (
	styleBypass   = 1 << iota // raw bits in the lower planes
	styleReset                // contexts start anew with every pass
	styleEachPass             // every pass ends its codeword
	styleCausal               // contexts do not look into the next stripe
	stylePredict              // predictable termination: nothing for a decoder
	styleSymbols              // segmentation symbols
	styleHT                   // high-throughput blocks, part 15
)

// coding is how a component was coded: SPcod or SPcoc (A.6.1).
type coding struct {
	levels     uint // of decomposition
	cbw, cbh   uint // code-blocks, as exponents of 2
	style      byte
	reversible bool
	// precincts of each resolution, as exponents: width in the low four bits.
	precincts [maxLevels + 1]byte
}

const maxLevels = 32

// quantisation is QCD or QCC (A.6.4).
type quantisation struct {
	style byte // 0 none, 1 derived, 2 expounded
	guard int
	steps []step
}

type step struct{ exponent, mantissa int }

// volume is a part of the packets: one progression order change, or all (A.6.6).
type volume struct {
	res0, res1, comp0, comp1, layers int
	order                            byte
}

// style is everything the headers say about a tile's coding.
type style struct {
	order      byte // of progression
	layers     int
	transform  bool // of components
	sop, eph   bool
	coding     []coding
	quant      []quantisation
	roi        []uint
	volumes    []volume
	hasCOD     bool
	hasQCD     bool
	ownCoding  []bool // components that COC named at this level
	ownQuant   []bool
	ownVolumes bool
}

func newStyle(components int) *style {
	return &style{
		coding: make([]coding, components), quant: make([]quantisation, components), roi: make([]uint, components),
		ownCoding: make([]bool, components), ownQuant: make([]bool, components),
	}
}

// forTile is a copy that a tile's headers change.
func (s *style) forTile() *style {
	t := newStyle(len(s.coding))
	copy(t.coding, s.coding)
	copy(t.quant, s.quant)
	copy(t.roi, s.roi)
	t.order, t.layers, t.transform, t.sop, t.eph = s.order, s.layers, s.transform, s.sop, s.eph
	t.volumes, t.hasCOD, t.hasQCD = s.volumes, s.hasCOD, s.hasQCD
	return t
}

// read takes one marker segment of the main or a tile-part header; others are
// of no meaning to a decoder.
func (s *style) read(mark int, b []byte) error {
	switch mark {
	case markCOD:
		return s.readCOD(b)
	case markCOC:
		return s.readCOC(b)
	case markQCD:
		return s.readQCD(b)
	case markQCC:
		return s.readQCC(b)
	case markRGN:
		return s.readRGN(b)
	case markPOC:
		return s.readPOC(b)
	case markPPM, markPPT:
		return unsupported("packed packet headers")
	case markCAP:
		return unsupported("extended capabilities")
	}
	return nil
}

func (s *style) readCOD(b []byte) error {
	if len(b) < 10 {
		return malformed("COD")
	}
	s.order, s.layers, s.transform = b[1], int(binary.BigEndian.Uint16(b[2:])), b[4] == 1
	s.sop, s.eph = b[0]&2 != 0, b[0]&4 != 0
	if s.layers == 0 || s.order > 4 || b[4] > 1 {
		return malformed("COD")
	}
	c, err := readCoding(b[5:], b[0]&1 != 0)
	if err != nil {
		return err
	}
	for i := range s.coding {
		if !s.ownCoding[i] {
			s.coding[i] = c
		}
	}
	s.hasCOD = true
	return nil
}

func (s *style) readCOC(b []byte) error {
	if len(b) < 7 || int(b[0]) >= len(s.coding) {
		return malformed("COC")
	}
	c, err := readCoding(b[2:], b[1]&1 != 0)
	if err != nil {
		return err
	}
	s.coding[b[0]], s.ownCoding[b[0]] = c, true
	return nil
}

func readCoding(b []byte, ownPrecincts bool) (coding, error) {
	c := coding{levels: uint(b[0]), cbw: uint(b[1]) + 2, cbh: uint(b[2]) + 2, style: b[3], reversible: b[4] == 1}
	if c.levels > maxLevels || c.cbw > 10 || c.cbh > 10 || c.cbw+c.cbh > 12 || b[4] > 1 {
		return c, malformed("coding style")
	}
	if c.style >= styleHT {
		return c, unsupported("code-block style")
	}
	for i := range c.precincts {
		c.precincts[i] = 0xFF
	}
	if !ownPrecincts {
		return c, nil
	}
	if uint(len(b)) != 5+c.levels+1 {
		return c, malformed("precincts")
	}
	for i, p := range b[5:] {
		if i > 0 && (p&0x0F == 0 || p>>4 == 0) {
			return c, malformed("precincts")
		}
		c.precincts[i] = p
	}
	return c, nil
}

func (s *style) readQCD(b []byte) error {
	q, err := readQuantisation(b)
	if err != nil {
		return err
	}
	for i := range s.quant {
		if !s.ownQuant[i] {
			s.quant[i] = q
		}
	}
	s.hasQCD = true
	return nil
}

func (s *style) readQCC(b []byte) error {
	if len(b) < 1 || int(b[0]) >= len(s.quant) {
		return malformed("QCC")
	}
	q, err := readQuantisation(b[1:])
	if err != nil {
		return err
	}
	s.quant[b[0]], s.ownQuant[b[0]] = q, true
	return nil
}

func readQuantisation(b []byte) (quantisation, error) {
	if len(b) < 2 {
		return quantisation{}, malformed("quantisation")
	}
	q := quantisation{style: b[0] & 0x1F, guard: int(b[0] >> 5)}
	b = b[1:]
	switch q.style {
	case 0:
		for _, x := range b {
			q.steps = append(q.steps, step{exponent: int(x >> 3)})
		}
	case 1, 2:
		if len(b)%2 != 0 || q.style == 1 && len(b) != 2 {
			return q, malformed("quantisation")
		}
		for ; len(b) > 0; b = b[2:] {
			x := int(binary.BigEndian.Uint16(b))
			q.steps = append(q.steps, step{exponent: x >> 11, mantissa: x & 0x7FF})
		}
	default:
		return q, malformed("quantisation")
	}
	if len(q.steps) > 3*maxLevels+1 {
		return q, malformed("quantisation")
	}
	return q, nil
}

// at is the step of a sub-band: band 0 is the lowest, then three for each
// resolution (E-5 where it is derived).
func (q quantisation) at(band int) (step, bool) {
	if q.style != 1 {
		if band >= len(q.steps) {
			return step{}, false
		}
		return q.steps[band], true
	}
	s := q.steps[0]
	s.exponent -= max(0, (band-1)/3)
	return s, s.exponent >= 0
}

func (s *style) readRGN(b []byte) error {
	if len(b) != 3 || int(b[0]) >= len(s.roi) || b[1] != 0 || b[2] > maxPlanes {
		return malformed("RGN")
	}
	s.roi[b[0]] = uint(b[2])
	return nil
}

// readPOC reads changes of the progression order. Those of a tile replace those
// of the main header, those of later tile-parts go on.
func (s *style) readPOC(b []byte) error {
	const bytes = 7
	if len(b) == 0 || len(b)%bytes != 0 {
		return malformed("POC")
	}
	if !s.ownVolumes {
		s.volumes, s.ownVolumes = nil, true
	}
	for ; len(b) > 0; b = b[bytes:] {
		v := volume{
			res0: int(b[0]), comp0: int(b[1]), layers: int(binary.BigEndian.Uint16(b[2:])), res1: int(b[4]), comp1: int(b[5]), order: b[6],
		}
		if v.comp1 == 0 {
			v.comp1 = 256
		}
		if v.order > 4 || len(s.volumes) == maxVolumes {
			return malformed("POC")
		}
		s.volumes = append(s.volumes, v)
	}
	return nil
}
