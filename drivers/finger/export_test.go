package finger

import "motcua/drivers"

// Blank is a template of nobody, of the kind and the size that a reader takes.
func Blank(d drivers.FingerReader) (t drivers.Template) {
	switch d := d.(type) {
	case *R503:
		return drivers.Template{Kind: d.kind(), Data: make([]byte, d.o.Template)}
	case *GT521:
		return drivers.Template{Kind: d.kind(), Data: make([]byte, d.o.Template)}
	case *Waveshare:
		return drivers.Template{Kind: d.kind(), Data: make([]byte, wsTemplate)}
	}
	return t
}
