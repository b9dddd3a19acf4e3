package emu_test

import (
	"context"
	"fmt"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// shortReader carries no extended length.
type shortReader struct {
	card apdu.Transmitter
	met  int // extended commands that it refused
}

func (r *shortReader) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	if len(b) > 5 && b[4] == 0 {
		r.met++
		return nil, fmt.Errorf("command of %d bytes: %w", len(b), apdu.ErrTooLong)
	}
	return r.card.Transmit(ctx, b)
}

// TestReadersWithoutExtendedLength: a reader that tells so is never asked for it,
// one that does not is asked once, one that claims to carry it is believed once;
// every card that gives long answers in parts is read and proven all the same.
func TestReadersWithoutExtendedLength(t *testing.T) {
	for _, kind := range []emu.ActiveAuth{"rsa-1024", "rsa-2048", "rsa-4096", "ecdsa-p521"} {
		if dear(string(kind)) {
			continue
		}
		profile := emu.DefaultProfile()
		profile.ActiveAuth = kind
		chip := issue(t, "an", emu.CardOptions{Profile: &profile})
		for maxData, refused := range map[int]int{256: 0, 0: 1, 65_536: 1} {
			t.Run(fmt.Sprintf("%s, reader tells %d", kind, maxData), func(t *testing.T) {
				var habits emrtd.Habits
				for visit := 1; visit <= 2; visit++ {
					reader := &shortReader{card: emu.NewMeter(chip, emu.Link{})}
					o := options(t, persona(t, "an"))
					o.MaxChunk, o.Habits = emrtd.ChunkFor(maxData), habits
					doc, err := emrtd.Read(t.Context(), reader, o)
					if err != nil || doc.Trust.Verdict != emrtd.Genuine || doc.Trust.ChipProof != "AA" || doc.DG(2) == nil {
						t.Fatalf("visit %d: %v by %q, %v", visit, doc.Trust, doc.Trust.ChipProof, err)
					}
					if most := map[int]int{1: refused, 2: 0}[visit]; reader.met > most {
						t.Errorf("visit %d: %d extended commands, %+v", visit, reader.met, habits)
					}
					habits = doc.Habits
				}
			})
		}
	}
}
