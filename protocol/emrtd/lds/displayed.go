package lds

import "motcua/protocol/tlv"

// ParseDG5 returns the displayed portraits (Doc 9303 part 10, 4.7.5): pictures as
// they are printed, never decoded here.
func ParseDG5(b []byte) ([][]byte, error) { return displayed(b, 5, 0x5F40) }

// ParseDG7 returns the displayed signatures or usual marks (Doc 9303 part 10,
// 4.7.7).
func ParseDG7(b []byte) ([][]byte, error) { return displayed(b, 7, 0x5F43) }

func displayed(b []byte, n int, tag tlv.Tag) ([][]byte, error) {
	what := "displayed image"
	inner, err := contents(b, n, what)
	if err != nil {
		return nil, err
	}
	var images [][]byte
	told := -1
	err = each(what, inner, func(item tlv.Item) (err error) {
		switch item.Tag {
		case 0x02:
			told, err = count(what, item)
		case tag:
			images = append(images, item.Value)
		}
		return err
	})
	if err == nil && told >= 0 && told != len(images) {
		err = malformed(what+": another number than told", nil)
	}
	if err != nil {
		return nil, err
	}
	return images, nil
}

// Features is a data group whose content the standard leaves to the state: DG6
// (reserved), DG8, DG9 and DG10 (data, structure and substance features; Doc
// 9303 part 10, 4.7.6 and 4.7.8 to 4.7.10).
type Features struct {
	Count int // instances that are told, 0 when not told
	Items []Item
}

// ParseFeatures reads DG6, DG8, DG9 or DG10; group is its number.
func ParseFeatures(b []byte, group int) (Features, error) {
	switch group {
	case 6, 8, 9, 10:
	default:
		return Features{}, malformed("no group of features", nil)
	}
	inner, err := contents(b, group, "features")
	if err != nil {
		return Features{}, err
	}
	var f Features
	err = each("features", inner, func(item tlv.Item) (err error) {
		if item.Tag == 0x02 {
			f.Count, err = count("features", item)
			return err
		}
		f.Items = append(f.Items, Item{Tag: item.Tag, Value: item.Value})
		return nil
	})
	return f, err
}
