package jpeg2000

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrMalformed is wrapped by every error about bytes that are no JPEG 2000
	// picture.
	ErrMalformed = errors.New("malformed JPEG 2000")
	// ErrUnsupported is wrapped when the picture uses what this package does not
	// know.
	ErrUnsupported = errors.New("unsupported JPEG 2000")
	// ErrTooBig is wrapped when the picture exceeds a limit.
	ErrTooBig = errors.New("JPEG 2000 beyond the limits")
)

func malformed(what string) error   { return fmt.Errorf("%s: %w", what, ErrMalformed) }
func unsupported(what string) error { return fmt.Errorf("%s: %w", what, ErrUnsupported) }
func tooBig(what string) error      { return fmt.Errorf("%s: %w", what, ErrTooBig) }

// Limits bound a picture before it is decoded.
type Limits struct {
	Bytes  int // of the file
	Pixels int // of the picture
}

// PortraitLimits fit pictures of faces on cards: Doc 9303 part 10 puts them near
// 15 KB and 400 by 500 pixels; the limits leave room for a hundred times that.
// Decoding at the limit takes about 40 MB.
func PortraitLimits() Limits { return Limits{Bytes: 1 << 20, Pixels: 2 << 20} }

// Limits that follow from the design.
const (
	maxEdge       = 0xFFFF // pixels of the reference grid
	maxComponents = 4
	maxTiles      = 1024
	maxTileParts  = 4096
	maxVolumes    = 64      // progression order changes of one tile
	maxPlanes     = 30      // bit-planes of one code-block
	maxBlocks     = 1 << 16 // code-blocks, and precincts, of one picture
	// visitsPerSample bounds how often a sample may be visited on average: a
	// lossless picture of sixteen bits needs 54.
	visitsPerSample = 96
	// visitsPerBlock is what looking at a block in a packet's header costs, in
	// visits of a sample.
	visitsPerBlock = 16
)

// budget counts what a picture costs.
type budget struct {
	ctx       context.Context
	visits    int64 // left
	untilLook int64 // visits until the context is looked at again
	blocks    int   // left
	precincts int   // left
}

const lookEvery = 1 << 16

func newBudget(ctx context.Context, samples int) *budget {
	return &budget{ctx: ctx, visits: int64(samples)*visitsPerSample + 1<<20, blocks: maxBlocks, precincts: maxBlocks}
}

// spend takes visits off the budget.
func (b *budget) spend(visits int) error {
	b.visits -= int64(visits)
	if b.visits < 0 {
		return tooBig("work")
	}
	if b.untilLook -= int64(visits); b.untilLook > 0 {
		return nil
	}
	b.untilLook = lookEvery
	if err := b.ctx.Err(); err != nil {
		return fmt.Errorf("decoding JPEG 2000: %w", err)
	}
	return nil
}

func (b *budget) spendBlocks(n int) error {
	if n > b.blocks {
		return tooBig("code-blocks")
	}
	b.blocks -= n
	return nil
}

func (b *budget) spendPrecincts(n int) error {
	if n > b.precincts {
		return tooBig("precincts")
	}
	b.precincts -= n
	return nil
}
