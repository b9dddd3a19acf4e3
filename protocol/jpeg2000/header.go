package jpeg2000

import "encoding/binary"

// Markers (ISO/IEC 15444-1, table A.1).
const (
	markSOC = 0xFF4F // start of codestream
	markCAP = 0xFF50 // extended capabilities: part 15
	markSIZ = 0xFF51
	markCOD = 0xFF52
	markCOC = 0xFF53
	markQCD = 0xFF5C
	markQCC = 0xFF5D
	markRGN = 0xFF5E
	markPOC = 0xFF5F
	markPPM = 0xFF60
	markPPT = 0xFF61
	markSOT = 0xFF90
	markSOP = 0xFF91
	markEPH = 0xFF92
	markSOD = 0xFF93
	markEOC = 0xFFD9
)

// component is one plane of samples (A.5.1).
type component struct {
	precision int // bits
	signed    bool
	dx, dy    int // distance of samples on the reference grid
}

// size is the image and tile size marker segment: areas on the reference grid.
type size struct {
	x0, y0, x1, y1 int // image
	tx0, ty0       int // first tile
	tw, th         int // tiles
	comps          []component
}

func (s *size) tilesAcross() int { return ceilDiv(s.x1-s.tx0, s.tw) }
func (s *size) tilesDown() int   { return ceilDiv(s.y1-s.ty0, s.th) }

// area is component c's part of an area of the reference grid (B-2).
func (c component) area(r rect) rect {
	return rect{ceilDiv(r.x0, c.dx), ceilDiv(r.y0, c.dy), ceilDiv(r.x1, c.dx), ceilDiv(r.y1, c.dy)}
}

// samples counts what all components of the picture hold.
func (s *size) samples() int {
	n := 0
	for _, c := range s.comps {
		a := c.area(rect{s.x0, s.y0, s.x1, s.y1})
		n += a.w() * a.h()
	}
	return n
}

// readSize reads SIZ and holds it against the limits.
func readSize(b []byte, l Limits) (*size, error) {
	const fixed = 36
	if len(b) < fixed {
		return nil, malformed("SIZ")
	}
	if binary.BigEndian.Uint16(b)&0x4000 != 0 {
		return nil, unsupported("high-throughput blocks")
	}
	var v [8]int
	for i := range v {
		x := binary.BigEndian.Uint32(b[2+4*i:])
		if (i < 2 || i == 2 || i == 3) && x > maxEdge {
			return nil, tooBig("edge")
		}
		v[i] = int(min(x, maxEdge+1)) // a tile beyond the picture is one tile
	}
	s := &size{x1: v[0], y1: v[1], x0: v[2], y0: v[3], tw: v[4], th: v[5], tx0: v[6], ty0: v[7]}
	n := int(binary.BigEndian.Uint16(b[34:]))
	if n == 0 || len(b) != fixed+3*n {
		return nil, malformed("SIZ: components")
	}
	if n > maxComponents {
		return nil, tooBig("components")
	}
	for b = b[fixed:]; len(b) > 0; b = b[3:] {
		s.comps = append(s.comps, component{precision: int(b[0]&0x7F) + 1, signed: b[0]&0x80 != 0, dx: int(b[1]), dy: int(b[2])})
	}
	return s, s.check(l)
}

// check holds the areas against each other (B-3, B-4) and against the limits.
func (s *size) check(l Limits) error {
	if s.x0 >= s.x1 || s.y0 >= s.y1 || s.tw == 0 || s.th == 0 || s.tx0 > s.x0 || s.ty0 > s.y0 || s.tx0+s.tw <= s.x0 || s.ty0+s.th <= s.y0 {
		return malformed("SIZ: areas")
	}
	if int64(s.x1-s.x0)*int64(s.y1-s.y0) > int64(l.Pixels) {
		return tooBig("pixels")
	}
	if int64(s.tilesAcross())*int64(s.tilesDown()) > maxTiles {
		return tooBig("tiles")
	}
	for _, c := range s.comps {
		if c.dx == 0 || c.dy == 0 {
			return malformed("SIZ: subsampling")
		}
		if c.precision > 16 {
			return unsupported("samples of more than 16 bits")
		}
		if a := c.area(rect{s.x0, s.y0, s.x1, s.y1}); a.w() == 0 || a.h() == 0 {
			return malformed("SIZ: empty component")
		}
	}
	return nil
}

// rect is an area: x0 and y0 belong to it, x1 and y1 do not.
type rect struct{ x0, y0, x1, y1 int }

func (r rect) w() int { return max(0, r.x1-r.x0) }
func (r rect) h() int { return max(0, r.y1-r.y0) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// ceilShift is a divided by 2^n, rounded up; a may be negative.
func ceilShift(a int, n uint) int { return (a + 1<<n - 1) >> n }
