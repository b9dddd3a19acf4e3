package lds

import "motcua/protocol/tlv"

// ATRInfo is EF.ATR/INFO (Doc 9303 part 10, 3.11.1, table 29): what
// the chip says about the commands it takes.
type ATRInfo struct {
	// CommandBytes and ResponseBytes are the longest command and response APDU
	// that the chip takes with extended length, 0 when not said.
	CommandBytes, ResponseBytes int
	// Extended and Chaining are bits of the card capabilities; false also when
	// there are none.
	Extended, Chaining bool
	// ShortIDs: files may be named by short identifiers.
	ShortIDs bool
	// Capabilities are the card's, one to three bytes; nil when not said.
	Capabilities []byte
	Others       []Item
}

// ParseATRInfo reads EF.ATR/INFO: data objects one after the other. Zeros and
// ones behind them are padding. With an error comes what was understood before.
func ParseATRInfo(b []byte) (ATRInfo, error) {
	var a ATRInfo
	n := 0
	for r := tlv.NewReader(b); r.More(); n++ {
		if first := r.Rest()[0]; first == 0 || first == 0xFF {
			break
		}
		item, err := r.Next()
		if err != nil || n == maxItems {
			return a, malformed("EF.ATR/INFO", err)
		}
		if err := a.take(item); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a *ATRInfo) take(item tlv.Item) error {
	switch item.Tag {
	case 0x47:
		if len(item.Value) == 0 || len(item.Value) > 3 {
			return malformed("card capabilities", nil)
		}
		a.Capabilities = item.Value
		a.ShortIDs = item.Value[0]&0x04 != 0
		if len(item.Value) == 3 {
			a.Chaining, a.Extended = item.Value[2]&0x80 != 0, item.Value[2]&0x40 != 0
		}
	case 0x7F66:
		return a.lengths(item.Value)
	default:
		a.Others = append(a.Others, Item{Tag: item.Tag, Value: item.Value})
	}
	return nil
}

// lengths reads the extended length information: two integers.
func (a *ATRInfo) lengths(b []byte) error {
	r := tlv.NewReader(b)
	var both [2]int
	for i := range both {
		item, err := r.Expect(0x02)
		if err != nil {
			return malformed("extended length information", err)
		}
		n, ok := unsigned(item.Value)
		if !ok {
			return malformed("extended length information", nil)
		}
		both[i] = n
	}
	a.CommandBytes, a.ResponseBytes = both[0], both[1]
	return nil
}

// unsigned reads up to four bytes, clipped to 2^24. A leading zero is allowed, a
// sign is not known here because chips write 65535 without one.
func unsigned(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	n := uint32(0)
	for _, c := range b {
		n = n<<8 | uint32(c)
	}
	return int(min(n, 1<<24)), true
}
