package scene

import "motcua/kiosk/model"

// Icons are drawn on a grid of 24 units with lines of 2.2 units.
const (
	iconGrid = 24
	iconLine = 2.2
)

// glyphs of an icon: what is stroked and what is filled.
type drawing struct{ lines, fills []Path }

// icon draws an icon into r in one colour.
func (p *page) icon(name model.Icon, r Rect, c Color) {
	f := Fit(r, iconGrid, iconGrid)
	d := iconOf(name)
	for _, l := range d.lines {
		p.stroke(f.Put(l), iconLine*f.Scale, c)
	}
	for _, l := range d.fills {
		p.fill(f.Put(l), c)
	}
}

func lines(p ...Path) drawing { return drawing{lines: p} }

func iconOf(name model.Icon) drawing {
	switch name {
	case model.IconEnd:
		return lines(Path{}.Move(10, 4).Line(5, 4).Line(5, 20).Line(10, 20), Poly(10, 12, 20, 12), Poly(16, 8, 20, 12, 16, 16))
	case model.IconGlobe:
		return lines(Circle(12, 12, 9), Poly(3, 12, 21, 12), globe(-1), globe(1))
	case model.IconAa:
		return lines(Poly(2.5, 19, 8, 5, 13.5, 19), Poly(4.6, 14, 11.4, 14), Circle(18.2, 15.6, 3.2), Poly(21.6, 12.2, 21.6, 19))
	case model.IconBell:
		return drawing{
			lines: []Path{Path{}.Move(4, 17).Line(20, 17).Line(18, 14).Line(18, 10).Arc(12, 10, 6, 0, -180).Line(6, 14).End(), Poly(12, 2.5, 12, 4)},
			fills: []Path{Path{}.Arc(12, 18.6, 2.6, 0, 180).End()},
		}
	case model.IconCheck:
		return lines(Poly(4, 12.8, 9.6, 18.4, 20, 6.6))
	case model.IconCross:
		return lines(Poly(6, 6, 18, 18), Poly(18, 6, 6, 18))
	case model.IconBack:
		return lines(Poly(11, 5, 4, 12, 11, 19), Poly(4, 12, 20, 12))
	case model.IconArrow:
		return lines(Poly(13, 5, 20, 12, 13, 19), Poly(4, 12, 20, 12))
	case model.IconAgain:
		return lines(Path{}.Arc(12, 12, 8, -40, 250), Poly(18.6, 2.6, 18.2, 6.9, 13.9, 6.4))
	case model.IconDelete:
		return lines(Poly(9, 5, 21, 5, 21, 19, 9, 19, 3, 12).End(), Poly(12, 9, 18, 15), Poly(18, 9, 12, 15))
	}
	return moreIcons(name)
}

func moreIcons(name model.Icon) drawing {
	switch name {
	case model.IconCode:
		return drawing{
			lines: []Path{Box(Rect{4, 4, 6, 6}), Box(Rect{14, 4, 6, 6}), Box(Rect{4, 14, 6, 6})},
			fills: []Path{Box(Rect{13, 13, 3, 3}), Box(Rect{18, 13, 3, 3}), Box(Rect{13, 18, 3, 3}), Box(Rect{16, 16, 2, 2}), Box(Rect{18, 18, 3, 3})},
		}
	case model.IconCard:
		return drawing{lines: []Path{Round(Rect{2.5, 5, 19, 14}, 2.5), Poly(13, 10, 18, 10), Poly(13, 14, 18, 14)}, fills: []Path{Box(Rect{6, 9, 4, 6})}}
	case model.IconShield:
		return lines(shield(), Poly(8, 12, 11, 15, 16.4, 9))
	case model.IconSun:
		return lines(append([]Path{Circle(12, 12, 4.4)}, rays()...)...)
	case model.IconMoon:
		return lines(Path{}.Arc(12, 12, 9, 5, 265).Arc(16.84, 7.16, 7, 216.5, 53.5).End())
	case model.IconEdit:
		return lines(Poly(4, 20, 5, 15.6, 16, 4.6, 19.4, 8, 8.4, 19).End(), Poly(13.4, 7.2, 16.8, 10.6))
	case model.IconCloud:
		return lines(cloud(), Poly(4, 3.5, 20.5, 20.5))
	case model.IconPerson:
		return lines(Circle(12, 7.6, 4.2), Path{}.Move(3.6, 21).Curve(4, 15.6, 7.6, 14.4, 12, 14.4).Curve(16.4, 14.4, 20, 15.6, 20.4, 21))
	case model.IconCare:
		return drawing{lines: []Path{Circle(12, 12, 9.4), Poly(12, 6.8, 12, 13)}, fills: []Path{Circle(12, 16.8, 1.5)}}
	case model.IconTray:
		return lines(Poly(3, 14, 3, 20, 21, 20, 21, 14), Poly(12, 3.5, 12, 14.5), Poly(7.4, 10.2, 12, 14.8, 16.6, 10.2))
	case model.IconShift:
		return lines(Poly(12, 3.5, 20.5, 12.5, 16, 12.5, 16, 20, 8, 20, 8, 12.5, 3.5, 12.5).End())
	default:
		return drawing{}
	}
}

// globe is one meridian.
func globe(side float64) Path {
	return Path{}.Move(12, 3).Curve(12+side*5.6, 7, 12+side*5.6, 17, 12, 21)
}

func shield() Path {
	return Path{}.Move(12, 2.6).Line(20, 5.4).Line(20, 11).Curve(20, 16, 16.8, 19.4, 12, 21.4).
		Curve(7.2, 19.4, 4, 16, 4, 11).Line(4, 5.4).End()
}

func cloud() Path {
	return Path{}.Move(7, 18.5).Curve(2.4, 18.5, 2, 12.4, 6.4, 11.8).Curve(6.8, 6.6, 14.6, 5.4, 16.2, 10.2).
		Curve(21.2, 9.6, 22.4, 18, 17, 18.5).End()
}

// rays are the eight rays of the sun.
func rays() []Path {
	var out []Path
	for i := range 8 {
		f := Frame{X: 12, Y: 12, Scale: 1, Turn: float64(i) * 45}
		out = append(out, f.Put(Poly(0, -7.4, 0, -10)))
	}
	return out
}
