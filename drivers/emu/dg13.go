package emu

import "motcua/protocol/tlv"

// Tags of ASN.1 (ITU-T X.690).
const (
	derInteger   = 0x02
	derOID       = 0x06
	derBits      = 0x03
	derOctets    = 0x04
	derUTF8      = 0x0C
	derPrintable = 0x13
	derSequence  = 0x30
	derSet       = 0x31
)

// oidDG13 is 1.0.10646.1.0.8, which Vietnamese cards put before the fields.
var oidDG13 = fromHex("28D316010008")

// endless is the expiry of a card without one.
const endless = "Không thời hạn"

// encodeDG13 writes the sixteen fields of the Vietnamese card in the types and
// order that real cards were seen to use: SEQUENCE { INTEGER n, value } in a SET.
func encodeDG13(p *Persona) []byte {
	expires := p.Expires.vietnam()
	if expires == "" {
		expires = endless
	}
	fields := [][]byte{
		field(1, printable(p.Number)),
		field(2, utf8(p.Name)),
		field(3, printable(p.Birth.vietnam())),
		field(4, utf8(p.Sex)),
		field(5, utf8(p.Nationality)),
		field(6, utf8(p.Ethnicity)),
		field(7, utf8(p.Religion)),
		field(8, utf8(p.Origin)),
		field(9, utf8(p.Residence)),
		field(10, utf8(p.Marks)),
		field(11, printable(p.Issued.vietnam())),
		field(12, utf8(expires)),
		field(13, tlv.Encode(derSequence, utf8(p.Father)), tlv.Encode(derSequence, utf8(p.Mother))),
		field(14, spouses(p.Spouses)...),
	}
	if p.OldNumber != "" {
		fields = append(fields, field(15, printable(p.OldNumber)))
	}
	fields = append(fields, field(16, printable(p.ChipID)))
	body := [][]byte{tlv.Encode(derInteger, []byte{1}), tlv.Encode(derOID, oidDG13), tlv.Encode(derSet, fields...)}
	return tlv.Encode(0x6D, tlv.Encode(derSequence, body...))
}

func field(n byte, values ...[]byte) []byte {
	return tlv.Encode(derSequence, append([][]byte{tlv.Encode(derInteger, []byte{n})}, values...)...)
}

func spouses(names []string) [][]byte {
	var out [][]byte
	for _, name := range names {
		out = append(out, tlv.Encode(derSequence, utf8(name)))
	}
	return out
}

func utf8(s string) []byte      { return tlv.Encode(derUTF8, []byte(s)) }
func printable(s string) []byte { return tlv.Encode(derPrintable, []byte(s)) }
