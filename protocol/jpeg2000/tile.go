package jpeg2000

// tile is the structure of one tile: what packets fill and decoding reads
// (ISO/IEC 15444-1, annex B).
type tile struct {
	style *style
	comps []tileComponent
}

type tileComponent struct {
	rect
	resolutions []resolution
	coding      *coding
	roi         uint
	// One of the two holds the coefficients, later the samples, in rows of w().
	ints   []int32
	floats []float32
}

type resolution struct {
	rect
	across, down int  // precincts
	ppx, ppy     uint // their size as exponents
	precincts    []precinct
}

// Orientations of sub-bands.
const (
	bandLL = iota
	bandHL // horizontally high-pass
	bandLH // vertically high-pass
	bandHH
)

type band struct {
	rect
	orientation int
	// left and top is where its coefficients stand in the component's rows.
	left, top int
	planes    int // magnitude bit-planes, Mb of E-2
	step      float32
}

type precinct struct {
	bands []precinctBand
	layer int // the next one to come
	// x and y on the reference grid, where progression by position meets it.
	x, y int
}

type precinctBand struct {
	band     *band
	across   int // code-blocks
	blocks   []block
	included *tagTree
	zeros    *tagTree
}

type block struct {
	rect       // in the sub-band
	included   bool
	zeros      int // bit-planes that are missing above
	lengthBits uint
	passes     int
	codewords  []codeword
}

// codeword is a terminated part of a block's bits.
type codeword struct {
	passes, most int
	data         [][]byte
}

// maxShift bounds how far coordinates are halved: none is greater than 2^17, so
// that further levels change nothing and no word overflows.
const maxShift = 20

// newTile lays out tile number index.
func newTile(s *size, st *style, index int, b *budget) (*tile, error) {
	across := s.tilesAcross()
	x, y := s.tx0+index%across*s.tw, s.ty0+index/across*s.th
	area := rect{max(x, s.x0), max(y, s.y0), min(x+s.tw, s.x1), min(y+s.th, s.y1)}
	t := &tile{style: st, comps: make([]tileComponent, len(s.comps))}
	for i := range t.comps {
		tc := &t.comps[i]
		tc.rect, tc.coding, tc.roi = s.comps[i].area(area), &st.coding[i], st.roi[i]
		if err := tc.layOut(s.comps[i], st.quant[i], area, b); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (tc *tileComponent) layOut(c component, q quantisation, area rect, b *budget) error {
	if tc.coding.reversible {
		tc.ints = make([]int32, tc.w()*tc.h())
	} else {
		tc.floats = make([]float32, tc.w()*tc.h())
	}
	levels := tc.coding.levels
	tc.resolutions = make([]resolution, levels+1)
	for r := range tc.resolutions {
		n := min(levels-uint(r), maxShift)
		res := &tc.resolutions[r]
		res.rect = rect{ceilShift(tc.x0, n), ceilShift(tc.y0, n), ceilShift(tc.x1, n), ceilShift(tc.y1, n)}
		res.ppx, res.ppy = uint(tc.coding.precincts[r]&0x0F), uint(tc.coding.precincts[r]>>4)
		if res.w() == 0 || res.h() == 0 {
			continue
		}
		bands, err := tc.bands(c, q, r)
		if err != nil {
			return err
		}
		if err := res.layOut(tc.coding, bands, r, b); err != nil {
			return err
		}
		res.place(c, area, n)
	}
	return nil
}

// bands are the sub-bands of resolution r (B-15), with their quantisation (E-2
// to E-4).
func (tc *tileComponent) bands(c component, q quantisation, r int) ([]*band, error) {
	orientations, n := []int{bandLL}, min(tc.coding.levels, maxShift)
	if r > 0 {
		orientations, n = []int{bandHL, bandLH, bandHH}, min(tc.coding.levels-uint(r)+1, maxShift)
	}
	var bands []*band
	for i, o := range orientations {
		bd := &band{orientation: o}
		xo, yo := 0, 0
		if n > 0 {
			xo, yo = (o&1)<<n>>1, (o>>1)<<n>>1
		}
		bd.rect = rect{ceilShift(tc.x0-xo, n), ceilShift(tc.y0-yo, n), ceilShift(tc.x1-xo, n), ceilShift(tc.y1-yo, n)}
		index := 0
		if r > 0 {
			index = 3*(r-1) + 1 + i
			lower := tc.resolutions[r-1]
			bd.left, bd.top = (o&1)*lower.w(), (o>>1)*lower.h()
		}
		st, ok := q.at(index)
		if !ok {
			return nil, malformed("no step for a sub-band")
		}
		bd.planes = q.guard + st.exponent - 1
		gain := []int{0, 1, 1, 2}[o]
		bd.step = stepSize(c.precision+gain-st.exponent, st.mantissa)
		bands = append(bands, bd)
	}
	return bands, nil
}

// stepSize is 2^exponent times (1 + mantissa/2^11), E-3.
func stepSize(exponent, mantissa int) float32 {
	s := 1 + float32(mantissa)/2048
	for ; exponent > 0; exponent-- {
		s *= 2
	}
	for ; exponent < 0; exponent++ {
		s /= 2
	}
	return s
}

// layOut divides a resolution into precincts and these into code-blocks (B.6,
// B.7).
func (res *resolution) layOut(c *coding, bands []*band, r int, b *budget) error {
	px0, py0 := res.x0>>res.ppx, res.y0>>res.ppy
	res.across, res.down = ceilShift(res.x1, res.ppx)-px0, ceilShift(res.y1, res.ppy)-py0
	if err := b.spendPrecincts(res.across * res.down); err != nil {
		return err
	}
	bx, by := res.ppx, res.ppy
	if r > 0 {
		bx, by = bx-1, by-1
	}
	cbw, cbh := min(c.cbw, bx), min(c.cbh, by)
	res.precincts = make([]precinct, res.across*res.down)
	for i := range res.precincts {
		p := &res.precincts[i]
		x, y := px0+i%res.across, py0+i/res.across
		for _, bd := range bands {
			area := rect{max(bd.x0, x<<bx), max(bd.y0, y<<by), min(bd.x1, (x+1)<<bx), min(bd.y1, (y+1)<<by)}
			pb := precinctBand{band: bd}
			if area.w() > 0 && area.h() > 0 {
				if err := pb.layOut(area, cbw, cbh, b); err != nil {
					return err
				}
			}
			p.bands = append(p.bands, pb)
		}
	}
	return nil
}

func (pb *precinctBand) layOut(area rect, cbw, cbh uint, b *budget) error {
	x0, y0 := area.x0>>cbw, area.y0>>cbh
	pb.across = ceilShift(area.x1, cbw) - x0
	down := ceilShift(area.y1, cbh) - y0
	if err := b.spendBlocks(pb.across * down); err != nil {
		return err
	}
	pb.included, pb.zeros = newTagTree(pb.across, down), newTagTree(pb.across, down)
	pb.blocks = make([]block, pb.across*down)
	for i := range pb.blocks {
		x, y := x0+i%pb.across, y0+i/pb.across
		pb.blocks[i].rect = rect{max(area.x0, x<<cbw), max(area.y0, y<<cbh), min(area.x1, (x+1)<<cbw), min(area.y1, (y+1)<<cbh)}
		pb.blocks[i].lengthBits = 3
	}
	return nil
}

// place finds where each precinct begins on the reference grid, as the loops of
// B.12.1.3 to B.12.1.5 meet it: a precinct that the tile cuts is met at the
// tile's edge.
func (res *resolution) place(c component, area rect, n uint) {
	for i := range res.precincts {
		p := &res.precincts[i]
		x, y := (res.x0>>res.ppx+i%res.across)<<res.ppx, (res.y0>>res.ppy+i/res.across)<<res.ppy
		p.x, p.y = area.x0, area.y0
		if x >= res.x0 {
			p.x = x << n * c.dx
		}
		if y >= res.y0 {
			p.y = y << n * c.dy
		}
	}
}
