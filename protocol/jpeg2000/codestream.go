package jpeg2000

import "encoding/binary"

// codestream is a picture taken apart into tiles (ISO/IEC 15444-1, annex A).
type codestream struct {
	size  *size
	main  *style
	tiles []tilePackets
}

// tilePackets is what the tile-parts of one tile hold.
type tilePackets struct {
	style   *style // nil before the first tile-part
	packets []byte
	parts   int
	told    int // how many parts there are, 0 when not said
}

// segments walks through markers.
type segments struct{ rest []byte }

// next takes a marker and its segment; markers without one have nil.
func (s *segments) next() (mark int, body []byte, err error) {
	if len(s.rest) < 2 {
		return 0, nil, malformed("codestream ends early")
	}
	mark = int(binary.BigEndian.Uint16(s.rest))
	if mark < 0xFF00 {
		return 0, nil, malformed("no marker")
	}
	s.rest = s.rest[2:]
	switch {
	case mark == markSOC, mark == markSOD, mark == markEOC, mark >= 0xFF30 && mark <= 0xFF3F:
		return mark, nil, nil
	}
	if len(s.rest) < 2 {
		return 0, nil, malformed("marker segment ends early")
	}
	n := int(binary.BigEndian.Uint16(s.rest))
	if n < 2 || n > len(s.rest) {
		return 0, nil, malformed("length of a marker segment")
	}
	body, s.rest = s.rest[2:n], s.rest[n:]
	return mark, body, nil
}

// readMain reads the main header: SOC, SIZ and the rest up to the first
// tile-part.
func readMain(b []byte, l Limits) (*codestream, *segments, error) {
	in := &segments{rest: b}
	if mark, _, err := in.next(); err != nil || mark != markSOC {
		return nil, nil, malformed("no codestream")
	}
	mark, body, err := in.next()
	if err != nil || mark != markSIZ {
		return nil, nil, malformed("no size")
	}
	size, err := readSize(body, l)
	if err != nil {
		return nil, nil, err
	}
	c := &codestream{size: size, main: newStyle(len(size.comps))}
	for {
		if len(in.rest) >= 2 && binary.BigEndian.Uint16(in.rest) == markSOT {
			break
		}
		mark, body, err := in.next()
		if err != nil {
			return nil, nil, err
		}
		if mark == markSOD || mark == markEOC || mark == markSIZ || mark == markSOC {
			return nil, nil, malformed("main header")
		}
		if err := c.main.read(mark, body); err != nil {
			return nil, nil, err
		}
	}
	if !c.main.hasCOD || !c.main.hasQCD {
		return nil, nil, malformed("main header without coding style")
	}
	c.tiles = make([]tilePackets, size.tilesAcross()*size.tilesDown())
	return c, in, nil
}

// readParts reads all tile-parts. What follows the last is ignored; the end
// marker may be missing.
func (c *codestream) readParts(in *segments) error {
	for n := 0; len(in.rest) > 0; n++ {
		if n == maxTileParts {
			return tooBig("tile-parts")
		}
		start := in.rest
		mark, body, err := in.next()
		if err != nil {
			return err
		}
		if mark == markEOC {
			break
		}
		if mark != markSOT || len(body) != 8 {
			return malformed("tile-part")
		}
		if err := c.readPart(in, start, body); err != nil {
			return err
		}
	}
	for _, t := range c.tiles {
		if t.style == nil || t.told > 0 && t.told != t.parts {
			return malformed("tile is missing")
		}
	}
	return nil
}

// readPart reads one tile-part; start is where its first marker stands (A.4.2).
func (c *codestream) readPart(in *segments, start, sot []byte) error {
	index, length, part := int(binary.BigEndian.Uint16(sot)), uint64(binary.BigEndian.Uint32(sot[2:])), sot[6]
	if index >= len(c.tiles) {
		return malformed("number of a tile")
	}
	t := &c.tiles[index]
	if t.parts != int(part) {
		return malformed("order of tile-parts")
	}
	t.parts++
	if n := int(sot[7]); n > 0 {
		t.told = n
	}
	if t.style == nil {
		t.style = c.main.forTile()
	}
	for {
		mark, body, err := in.next()
		if err != nil {
			return err
		}
		if mark == markSOD {
			break
		}
		if mark == markSOT || mark == markEOC || mark == markSOC || mark == markSIZ {
			return malformed("tile-part header")
		}
		if err := t.style.read(mark, body); err != nil {
			return err
		}
	}
	head := len(start) - len(in.rest)
	data := in.rest
	switch {
	case length == 0: // reaches to the end of the codestream
		if n := len(data); n >= 2 && binary.BigEndian.Uint16(data[n-2:]) == markEOC {
			data = data[:n-2]
		}
	case length < uint64(head) || length > uint64(len(start)):
		return malformed("length of a tile-part")
	default:
		data = data[:int(length)-head]
	}
	in.rest = in.rest[len(data):]
	if t.packets == nil {
		t.packets = data[:len(data):len(data)]
	} else {
		t.packets = append(t.packets, data...)
	}
	return nil
}
