package emrtd

import (
	"fmt"

	"motcua/protocol/apdu"
)

// Habits are what was learned about cards with one answer to reset, at one kind
// of reader: how much they give at once, and which ways of asking they refuse.
// They tell nothing about a person. The zero Habits know nothing; a reading
// begins with those of [Options] and leaves what it learned in [Document].
type Habits struct {
	// Chunk is the most data bytes that a READ BINARY asked for with success, 0
	// while none had any.
	Chunk int `json:"chunk,omitzero"`
	// Limit is the least number that was refused, 0 while none was. What is as
	// long is not tried again.
	Limit int `json:"limit,omitzero"`
	// Info is how many bytes an answer may have by EF.ATR/INFO (ISO/IEC 7816-4,
	// 12.7.1), -1 where that file says nothing, 0 while it was not looked for.
	Info int `json:"info,omitzero"`
	// NoSFI: files are not to be had by short identifier.
	NoSFI bool `json:"no_sfi,omitzero"`
	// StrictEnd: a read across the end of a file gives nothing.
	StrictEnd bool `json:"strict_end,omitzero"`
	// Chain: a command too long for a short one has to come in parts.
	Chain bool `json:"chain,omitzero"`
	// ShortOnly: the reader does not carry extended length, whatever it says.
	ShortOnly bool `json:"short_only,omitzero"`
	// Sign is the way in which the chip was asked for its signature and gave all of
	// it: "short", "exact", "extended" or "longest"; "" while there was none.
	Sign string `json:"sign,omitzero"`
	// Doubts counts the readings that lost the card at their first exchange of
	// extended length: it may have been lifted, or the length too much for it.
	Doubts int `json:"doubts,omitzero"`
}

// Check tells whether habits can be true, for those that come from a file.
func (h Habits) Check() error {
	for _, n := range []int{h.Chunk, h.Limit, h.Doubts} {
		if n < 0 || n > apdu.MaxExtendedLe {
			return fmt.Errorf("habits with a size of %d: %w", n, ErrUnsupported)
		}
	}
	if h.Info < -1 || h.Info > maxAnswer || len(h.Sign) > maxWayName {
		return fmt.Errorf("habits that no card has: %w", ErrUnsupported)
	}
	return nil
}

const (
	// maxDoubts is how many doubts there may be before extended length is left
	// alone.
	maxDoubts = 2
	// chunkOverhead is what protection adds to the data of an answer, at most:
	// DO87 with its padding, DO99 and DO8E.
	chunkOverhead = 5 + 16 + 4 + 10
	// longestChunk keeps one exchange below half a second at 106 kbit/s: a reader's
	// driver gives up after a few seconds, a person lifts the card when nothing
	// moves, and longer ones save hardly an exchange.
	longestChunk = 4096
	// maxAnswer is the longest answer, with its status word.
	maxAnswer  = apdu.MaxExtendedLe + 2
	maxWayName = 8 // see way
)

// ChunkFor is the [Options].MaxChunk for a reader that carries maxData bytes of
// data in an APDU (PC/SC part 10, 2.6.14: dwMaxAPDUDataSize), as its driver tells;
// 0, for a driver that does not tell, stays 0.
func ChunkFor(maxData int) int {
	switch {
	case maxData <= 0:
		return 0
	case maxData <= apdu.MaxShortLe+chunkOverhead:
		return apdu.MaxShortLe
	}
	return min(maxData, apdu.MaxExtendedLe) - chunkOverhead
}

// extends tells whether extended length may still be tried, by a caller that
// allows maxChunk.
func (h Habits) extends() bool { return !h.ShortOnly && h.Doubts < maxDoubts }

// worked notes that n data bytes were asked for and given.
func (h *Habits) worked(n int) {
	h.Chunk = max(h.Chunk, n)
	if n > apdu.MaxShortLe {
		h.Doubts = 0
	}
}

// failed notes that n data bytes were too much.
func (h *Habits) failed(n int) {
	if h.Limit == 0 || n < h.Limit {
		h.Limit = n
	}
	if h.Chunk >= n {
		h.Chunk = 0 // it is no more what it was; the next success tells
	}
}

// first is the chunk to begin with. What nobody knows yet begins with a short
// answer: a size that is refused costs a session and the person a second.
func (h Habits) first(short, maxChunk int) int {
	if h.Chunk > 0 {
		if n := h.widest(maxChunk); n > short {
			return n
		}
	}
	n := short
	if maxChunk > 0 {
		n = min(n, maxChunk)
	}
	if h.Limit > 0 && h.Limit <= n {
		n = max(h.Chunk, smallestChunk)
		if h.Chunk == 0 || h.Chunk >= h.Limit {
			n = below(h.Limit)
		}
	}
	return n
}

// widest is the greatest chunk of extended length that is known to work or that
// the card itself declares, 0 when there is none.
func (h Habits) widest(maxChunk int) int {
	if maxChunk <= apdu.MaxShortLe || !h.extends() {
		return 0
	}
	n := h.Chunk
	if h.Limit == 0 {
		n = max(n, h.Info-2-chunkOverhead) // 2: the status word
	}
	if n = min(n, maxChunk, longestChunk); n <= apdu.MaxShortLe {
		return 0
	}
	return n
}

// Chunks to fall back to when a card or a reader cannot take more.
var smallerChunks = []int{apdu.MaxShortLe, 160, 112, smallestChunk}

const smallestChunk = 64

// below is the next smaller chunk, or 0.
func below(n int) int {
	for _, c := range smallerChunks {
		if c < n {
			return c
		}
	}
	return 0
}
