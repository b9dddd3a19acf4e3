package jpeg2000

import (
	"cmp"
	"slices"
)

// Orders of progression (table A.16).
const (
	orderLRCP = iota // layer, resolution, component, position
	orderRLCP
	orderRPCL
	orderPCRL
	orderCPRL
)

// place is a precinct and where it stands in the orders.
type place struct {
	comp, res, index int
	x, y             int // on the reference grid
	precinct         *precinct
}

// readPackets reads the packets of a tile in the order its headers tell, until
// all are read or the bytes end between two packets.
func (t *tile) readPackets(data []byte, b *budget) error {
	places := t.places()
	r := &headerBits{data: data}
	volumes := t.style.volumes
	if len(volumes) == 0 {
		volumes = []volume{{res1: maxLevels + 1, comp1: maxComponents, layers: t.style.layers, order: t.style.order}}
	}
	for _, v := range volumes {
		if err := t.readVolume(r, places, v, b); err != nil {
			return err
		}
	}
	return nil
}

func (t *tile) places() []place {
	var all []place
	for c := range t.comps {
		for r := range t.comps[c].resolutions {
			res := &t.comps[c].resolutions[r]
			for i := range res.precincts {
				p := &res.precincts[i]
				all = append(all, place{comp: c, res: r, index: i, x: p.x, y: p.y, precinct: p})
			}
		}
	}
	return all
}

// within picks the precincts of a volume in its order; layers are not part of it.
func within(all []place, v volume) []place {
	var some []place
	for _, p := range all {
		if p.res >= v.res0 && p.res < v.res1 && p.comp >= v.comp0 && p.comp < v.comp1 {
			some = append(some, p)
		}
	}
	slices.SortStableFunc(some, func(a, b place) int {
		position := cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
		comp, res, index := cmp.Compare(a.comp, b.comp), cmp.Compare(a.res, b.res), cmp.Compare(a.index, b.index)
		switch v.order {
		case orderRPCL:
			return cmp.Or(res, position, comp, index)
		case orderPCRL:
			return cmp.Or(position, comp, res, index)
		case orderCPRL:
			return cmp.Or(comp, position, res, index)
		}
		return cmp.Or(res, comp, index)
	})
	return some
}

// readVolume reads the packets of one volume that did not come before.
func (t *tile) readVolume(r *headerBits, all []place, v volume, b *budget) error {
	places := within(all, v)
	layers := min(v.layers, t.style.layers)
	switch v.order {
	case orderLRCP:
		return t.readLayers(r, places, layers, b)
	case orderRLCP:
		for len(places) > 0 {
			n := slices.IndexFunc(places, func(p place) bool { return p.res != places[0].res })
			if n < 0 {
				n = len(places)
			}
			if err := t.readLayers(r, places[:n], layers, b); err != nil {
				return err
			}
			places = places[n:]
		}
		return nil
	}
	for _, p := range places {
		if err := t.readLayers(r, []place{p}, layers, b); err != nil {
			return err
		}
	}
	return nil
}

// readLayers reads layer after layer of these precincts.
func (t *tile) readLayers(r *headerBits, places []place, layers int, b *budget) error {
	for layer := range layers {
		for _, p := range places {
			if r.at >= len(r.data) {
				return nil
			}
			if err := b.spend(visitsPerBlock); err != nil {
				return err
			}
			if p.precinct.layer > layer {
				continue
			}
			if err := t.readPacket(r, p, layer, b); err != nil {
				return err
			}
			p.precinct.layer = layer + 1
		}
	}
	return nil
}
