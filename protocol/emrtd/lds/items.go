package lds

import "motcua/protocol/tlv"

const (
	// maxRepeats bounds what may come several times in one file.
	maxRepeats = 32
	// maxItems bounds the data objects of one file or template.
	maxItems = 128
)

// Item is a data object that has no meaning here.
type Item struct {
	Tag   tlv.Tag
	Value []byte
}

// each calls do for every data object in b, which must be well formed to its
// end.
func each(what string, b []byte, do func(tlv.Item) error) error {
	n := 0
	for r := tlv.NewReader(b); r.More(); n++ {
		item, err := r.Next()
		if err != nil || n == maxItems {
			return malformed(what, err)
		}
		if err := do(item); err != nil {
			return err
		}
	}
	return nil
}

// contents returns what is inside the data group's outermost data object.
func contents(b []byte, n int, what string) ([]byte, error) {
	dg, err := tlv.Parse(b, groupTags[n])
	if err != nil {
		return nil, malformed(what, err)
	}
	return dg.Value, nil
}

// count reads how many there are: one byte.
func count(what string, item tlv.Item) (int, error) {
	if len(item.Value) != 1 {
		return 0, malformed(what, nil)
	}
	return int(item.Value[0]), nil
}
