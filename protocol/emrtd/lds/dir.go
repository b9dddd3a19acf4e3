package lds

import "motcua/protocol/tlv"

// Application is one line of EF.DIR (Doc 9303 part 10, 3.11.2, table 31).
type Application struct {
	AID    []byte
	Label  Text // "" when there is none
	Others []Item
}

// ParseDIR reads EF.DIR: application templates, or bare identifiers.
func ParseDIR(b []byte) ([]Application, error) {
	var all []Application
	for r := tlv.NewReader(b); r.More(); {
		if first := r.Rest()[0]; first == 0 || first == 0xFF { // padding
			break
		}
		item, err := r.Next()
		if err != nil || len(all) == maxRepeats {
			return nil, malformed("EF.DIR", err)
		}
		switch item.Tag {
		case 0x4F:
			all = append(all, Application{AID: item.Value})
		case 0x61:
			var a Application
			if err := each("application template", item.Value, a.take); err != nil {
				return nil, err
			}
			all = append(all, a)
		}
	}
	return all, nil
}

func (a *Application) take(item tlv.Item) error {
	switch item.Tag {
	case 0x4F:
		if len(item.Value) == 0 || len(item.Value) > 16 || a.AID != nil {
			return malformed("application identifier", nil)
		}
		a.AID = item.Value
	case 0x50:
		setText(&a.Label, item.Value)
	default:
		a.Others = append(a.Others, Item{Tag: item.Tag, Value: item.Value})
	}
	return nil
}
