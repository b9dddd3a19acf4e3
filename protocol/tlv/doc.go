// Package tlv reads and writes BER-TLV data objects (ITU-T X.690 and ISO/IEC
// 7816-4, 5.2.2), the form of everything a chip card stores and says.
//
// The reader is strict and bounded: definite lengths only, no tag of more than
// three bytes, never more than the bytes at hand, no recursion, no allocation.
// It accepts a length that is longer than it needs to be, because cards send
// them; [Item.Raw] keeps the bytes as they came. The package imports nothing of
// ours and knows no tag.
package tlv
