package lds

import (
	"fmt"

	"motcua/protocol/mrz"
	"motcua/protocol/tlv"
)

// ParseDG1 reads the machine readable zone (Doc 9303 part 10, 4.7.1). Check
// digits that do not fit give a [mrz.CheckError] together with the document.
func ParseDG1(b []byte) (mrz.Document, error) {
	dg, err := tlv.Parse(b, groupTags[1])
	if err != nil {
		return mrz.Document{}, malformed("DG1", err)
	}
	text, err := tlv.Parse(dg.Value, 0x5F1F)
	if err != nil {
		return mrz.Document{}, malformed("DG1", err)
	}
	d, err := mrz.Parse(string(text.Value))
	if err != nil {
		return d, fmt.Errorf("DG1: %w", err)
	}
	return d, nil
}
