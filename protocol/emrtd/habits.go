package emrtd

// Habits are what was learned about cards with one answer to reset, at one kind
// of reader: how much they give at once, and which ways of asking they refuse.
// They tell nothing about a person. The zero Habits know nothing; a reading
// begins with those of [Options] and leaves what it learned in [Document].
type Habits struct {
	// Chunk is the most data bytes that one READ BINARY brought, 0 while none
	// did.
	Chunk int `json:"chunk,omitzero"`
	// Limit is the least number that was refused, 0 while none was. What is as
	// long is not tried again.
	Limit int `json:"limit,omitzero"`
	// Info is how many bytes an answer may have by EF.ATR/INFO (ISO/IEC 7816-4,
	// 12.7.1), -1 where the card has no such file, 0 while it was not looked for.
	Info int `json:"info,omitzero"`
	// NoSFI: files are not to be had by short identifier.
	NoSFI bool `json:"no_sfi,omitzero"`
	// StrictEnd: a read across the end of a file gives nothing.
	StrictEnd bool `json:"strict_end,omitzero"`
	// ShortOnly: extended length was tried and broke the session.
	ShortOnly bool `json:"short_only,omitzero"`
}

// chunkOverhead is what protection adds to the data of an answer, at most: DO87
// with its padding, DO99 and DO8E.
const chunkOverhead = 5 + 16 + 4 + 10

// ChunkFor is the [Options].MaxChunk of a reader whose driver takes maxData bytes
// of data in an APDU (dwMaxAPDUDataSize of PC/SC part 10, 2.6.14); 0 when it
// takes no extended length.
func ChunkFor(maxData int) int {
	if n := maxData - chunkOverhead; n > 256 {
		return n
	}
	return 0
}
