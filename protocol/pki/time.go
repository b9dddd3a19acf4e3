package pki

import (
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// readTime reads UTCTime or GeneralizedTime; a missing second occurs.
func readTime(r *tlv.Reader) (time.Time, error) {
	item, err := r.Next()
	if err != nil {
		return time.Time{}, der.Malformed("time", err)
	}
	return parseTime(item)
}

func parseTime(item tlv.Item) (time.Time, error) {
	layouts := []string{"20060102150405Z", "200601021504Z"}
	text := string(item.Value)
	if item.Tag == der.TagUTCTime && len(text) > 2 { // RFC 5280, 4.1.2.5.1: 1950 to 2049
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil && (item.Tag == der.TagUTCTime || item.Tag == der.TagGeneralizedTime) {
			return t, nil
		}
	}
	return time.Time{}, der.Malformed("time", nil)
}
