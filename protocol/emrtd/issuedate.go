package emrtd

import (
	"encoding/hex"
	"time"

	"motcua/protocol/tlv"
)

// issueDate reads the date of issue of DG12 (Doc 9303 part 10, table 51), which
// is eight digits, or the same packed into four bytes; it is zero where there is
// none.
func issueDate(dg12 []byte) time.Time {
	const tagIssued tlv.Tag = 0x5F26
	group, err := tlv.Parse(dg12, dgTags[12])
	if err != nil {
		return time.Time{}
	}
	item, found, err := tlv.Find(group.Value, tagIssued)
	if err != nil || !found {
		return time.Time{}
	}
	text := string(item.Value)
	if len(item.Value) == 4 {
		text = hex.EncodeToString(item.Value)
	}
	at, err := time.Parse("20060102", text)
	if err != nil {
		return time.Time{}
	}
	return at
}
