package lds

import (
	"fmt"

	"motcua/protocol/tlv"
)

// groupTags are the outermost tags of data groups 1 to 16 (Doc 9303 part 10,
// table 38).
var groupTags = [17]tlv.Tag{0, 0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70}

// COM is EF.COM (Doc 9303 part 10, 4.6.1, table 35). It is not signed: EF.SOD's list is.
type COM struct {
	LDS     string // version of the data structure, such as "1.7"; "" when not said
	Unicode string // version of Unicode, such as "4.0.0"; "" when not said
	Groups  []int  // numbers of the data groups, in the file's order, each once
	// Unknown are tags of the list that belong to no data group.
	Unknown []byte
}

// ParseCOM reads EF.COM. Versions that are not digits are left empty.
func ParseCOM(b []byte) (COM, error) {
	com, err := tlv.Parse(b, 0x60)
	if err != nil {
		return COM{}, malformed("EF.COM", err)
	}
	var c COM
	listed := false
	for r := com.Items(); r.More(); {
		item, err := r.Next()
		if err != nil {
			return COM{}, malformed("EF.COM", err)
		}
		switch item.Tag {
		case 0x5F01:
			c.LDS = version(item.Value, 2)
		case 0x5F36:
			c.Unicode = version(item.Value, 3)
		case 0x5C:
			listed = true
			c.list(item.Value)
		}
	}
	if !listed {
		return COM{}, malformed("EF.COM without a list", nil)
	}
	return c, nil
}

// list takes the tags of the data groups that are present.
func (c *COM) list(tags []byte) {
	var seen [len(groupTags)]bool
	for _, t := range tags {
		n := groupOf(t)
		switch {
		case n == 0:
			c.Unknown = append(c.Unknown, t)
		case !seen[n]:
			seen[n] = true
			c.Groups = append(c.Groups, n)
		}
	}
}

func groupOf(t byte) int {
	for n, tag := range groupTags {
		if n > 0 && tag == tlv.Tag(t) {
			return n
		}
	}
	return 0
}

// version writes pairs of digits with points between them.
func version(b []byte, parts int) string {
	if len(b) != 2*parts || !digits(b) {
		return ""
	}
	s := ""
	for ; len(b) > 0; b = b[2:] {
		if s != "" {
			s += "."
		}
		s += fmt.Sprint(int(b[0]-'0')*10 + int(b[1]-'0'))
	}
	return s
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
