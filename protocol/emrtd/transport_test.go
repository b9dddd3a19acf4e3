package emrtd_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

// reads are the offsets of the READ BINARY commands for a file's bytes, as the
// chip saw them after a file became current by its short identifier.
func reads(c *chip, sfi byte) (offsets []int) {
	current := false
	for _, cmd := range c.seen {
		switch {
		case cmd.INS == apdu.InsReadBinary && cmd.P1&0x80 != 0:
			if current = cmd.P1 == 0x80|sfi; current {
				offsets = append(offsets, int(cmd.P2))
			}
		case cmd.INS == apdu.InsReadBinary && current:
			offsets = append(offsets, int(cmd.P1)<<8|int(cmd.P2))
		case cmd.INS == apdu.InsReadBinaryOdd && current:
			at := 0
			for _, b := range cmd.Data[2:] {
				at = at<<8 | int(b)
			}
			offsets = append(offsets, at)
		}
	}
	return offsets
}

// opened counts how often the chip was opened.
func opened(c *chip) (n int) {
	for _, cmd := range c.seen {
		if cmd.INS == apdu.InsManageSecurityEnv || cmd.INS == apdu.InsGetChallenge {
			n++
		}
	}
	return n
}

// TestReadingGoesOnWhereItBroke: the size that a chip refuses in the middle of a
// file ends the session, not the file.
func TestReadingGoesOnWhereItBroke(t *testing.T) {
	for _, c := range []struct {
		name        string
		photo, from int
		chunk       int
		status      apdu.Status
	}{
		{"in the middle", 9000, 4000, 0, apdu.StatusWrongLength},
		{"extended length", 9000, 4000, 1024, apdu.StatusSMIncorrect},
		{"beyond 32 KB", 40_000, 35_000, 2048, apdu.StatusNoPreciseDiagnosis},
		{"at 32 KB", 70_000, 0x7F00, 2048, apdu.StatusWrongLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, issuer := newCard(t, canKey(t), c.photo, cccdOffer())
			card.quirks.maxData, card.quirks.tooLong, card.quirks.tooLongPlain, card.quirks.tooLongFrom = 160, c.status, true, c.from
			o := options(t, card, issuer)
			o.Photo, o.MaxChunk, o.Habits.Chunk = true, c.chunk, c.chunk
			d, err := emrtd.Read(t.Context(), card, o)
			wantGenuine(t, d, err)
			equal(t, "photo", pkitest.Digest(crypto.SHA256, d.DG(2)), pkitest.Digest(crypto.SHA256, card.files[0x0102]))
			again := 0
			for i, at := range reads(card, 2) {
				if at == 0 && i > 0 {
					again++
				} else if i > 0 && at < c.from-2*max(c.chunk, 223) && again > 0 {
					t.Errorf("read again at %d", at)
				}
			}
			if lost := opened(card) - 1; again == 0 || again != lost {
				t.Errorf("%d sessions lost, the beginning compared %d times", lost, again)
			}
			if h := d.Habits; h.Chunk == 0 || h.Chunk > 160 || h.Limit <= 160 {
				t.Errorf("learned %+v", h)
			}
		})
	}
}

// TestWhatWasLearnedIsNotTriedAgain: the second visit of such a card loses no
// session.
func TestWhatWasLearnedIsNotTriedAgain(t *testing.T) {
	plain := func(max int) quirks { return quirks{maxData: max, tooLong: apdu.StatusWrongLength, tooLongPlain: true} }
	for _, c := range []struct {
		name   string
		key    emrtd.Key
		quirks quirks
		reader int // most data, 0: it does not tell
		known  emrtd.Habits
		then   int // chunk of the second visit
	}{
		{"223", canKey(t), plain(223), 0, emrtd.Habits{}, 223},
		{"160", canKey(t), plain(160), 0, emrtd.Habits{}, 160},
		{"112", canKey(t), plain(112), 0, emrtd.Habits{}, 112},
		{"64", canKey(t), plain(64), 0, emrtd.Habits{}, 64},
		{"160 by BAC", mrzKey(t), plain(160), 0, emrtd.Habits{}, 160},
		{"223 by BAC", mrzKey(t), plain(223), 0, emrtd.Habits{}, 160}, // 231 is refused, 223 is no step of the ladder
		{"no short identifiers", canKey(t), quirks{noSFI: true}, 0, emrtd.Habits{}, 223},
		{"extended that was known fails", canKey(t), plain(223), 4096, emrtd.Habits{Chunk: 2000}, 223},
		{"extended that was known fails in part", canKey(t), plain(112), 4096, emrtd.Habits{Chunk: 2000}, 112},
	} {
		t.Run(c.name, func(t *testing.T) {
			var offers []emrtd.PACEInfo
			if c.key.PasswordRef() == 2 {
				offers = append(offers, cccdOffer())
			}
			habits := c.known
			for visit := 1; visit <= 2; visit++ {
				card, issuer := newCard(t, c.key, 1500, offers...)
				access := card.quirks.cardAccess
				card.quirks = c.quirks
				card.quirks.cardAccess = access
				o := options(t, card, issuer)
				o.Photo, o.MaxChunk, o.Habits = true, emrtd.ChunkFor(c.reader), habits
				d, err := emrtd.Read(t.Context(), card, o)
				wantGenuine(t, d, err)
				if err := d.Habits.Check(); err != nil {
					t.Error(err)
				}
				habits = d.Habits
				if n := opened(card); visit == 2 && n != 1 {
					t.Errorf("the second visit opened the card %d times, knowing %+v", n, o.Habits)
				}
			}
			if habits.Chunk != c.then || habits.NoSFI != c.quirks.noSFI {
				t.Errorf("learned %+v", habits)
			}
		})
	}
}

// atrInfo is an EF.ATR/INFO that allows answers of n bytes.
func atrInfo(n int) []byte {
	length := []byte{byte(n >> 8), byte(n)}
	lengths := append(tlv.Encode(0x02, []byte{0x04, 0x00}), tlv.Encode(0x02, length)...)
	return append(tlv.Encode(0x43, []byte{1}), append(tlv.Encode(0x7F66, lengths), 0, 0)...)
}

// TestExtendedLengthWhereCardAndReaderKnowIt: what the card declares is used for
// the photo of the first visit and for all of the second.
func TestExtendedLengthWhereCardAndReaderKnowIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		info   []byte
		reader int
		chunk  int // of the photo
		looked bool
	}{
		{"both", atrInfo(1500), 65_536, 1463, true},
		{"the reader carries less", atrInfo(40_000), 2048, 2013, true},
		{"the card says nothing", nil, 65_536, 223, true},
		{"the card knows short length only", atrInfo(256), 65_536, 223, true},
		{"a file of another kind", []byte{0x30, 0x84, 0xFF}, 65_536, 223, true},
		{"the reader knows short length only", atrInfo(1500), 256, 223, false},
		{"the reader does not tell", atrInfo(1500), 0, 223, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			habits := emrtd.Habits{}
			for visit := 1; visit <= 2; visit++ {
				card, issuer := newCard(t, canKey(t), 6000, cccdOffer())
				card.files[0x2F01] = c.info
				o := options(t, card, issuer)
				o.Photo, o.MaxChunk, o.Habits = true, emrtd.ChunkFor(c.reader), habits
				d, err := emrtd.Read(t.Context(), card, o)
				if c.reader == 256 { // no answer of the chip that carries its signature
					if err != nil || d.Trust.Verdict != emrtd.Unreadable {
						t.Fatalf("%v, %v", d.Trust, err)
					}
				} else {
					wantGenuine(t, d, err)
				}
				looked := slices.ContainsFunc(card.seen, func(cmd apdu.Command) bool {
					return cmd.INS == apdu.InsReadBinary && cmd.P1 == 0x81 && cmd.CLA == 0 && cmd.Le == 256
				})
				if looked != (c.looked && visit == 1) {
					t.Errorf("visit %d: looked for EF.ATR/INFO: %v", visit, looked)
				}
				if opened(card) != 1 || d.Habits.Chunk != c.chunk || (d.ATRInfo != nil) != (looked && c.info != nil) {
					t.Errorf("visit %d: opened %d times, %+v", visit, opened(card), d.Habits)
				}
				first := slices.IndexFunc(card.seen, func(cmd apdu.Command) bool { return cmd.INS == apdu.InsReadBinary && cmd.P1 == 0x9D })
				if extended := card.seen[first].Le > 256; extended != (visit == 2 && c.chunk > 256) {
					t.Errorf("visit %d: EF.SOD with Le %d", visit, card.seen[first].Le)
				}
				habits = d.Habits
			}
		})
	}
}

// shortReader carries no extended length and says so in its own way.
type shortReader struct {
	card apdu.Transmitter
	says error
	met  int
}

func (r *shortReader) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	if len(b) > 5 && b[4] == 0 {
		r.met++
		return nil, r.says
	}
	return r.card.Transmit(ctx, b)
}

// TestAReaderWithoutExtendedLength: whatever it says to an extended command,
// the reading goes on with short ones, and the next begins with them.
func TestAReaderWithoutExtendedLength(t *testing.T) {
	for name, says := range map[string]error{"too long": fmt.Errorf("reader: %w", apdu.ErrTooLong), "in its own words": errors.New("invalid parameter")} {
		for _, chunk := range []int{0, 1024} {
			t.Run(fmt.Sprintf("%s, chunk %d", name, chunk), func(t *testing.T) {
				habits := emrtd.Habits{Chunk: chunk}
				for visit := 1; visit <= 2; visit++ {
					card, issuer := newCard(t, canKey(t), 3000, cccdOffer())
					card.quirks.chained = 200 // the signature comes in parts
					reader := &shortReader{card: card, says: says}
					o := options(t, card, issuer)
					o.Photo, o.MaxChunk, o.Habits = true, chunk, habits
					d, err := emrtd.Read(t.Context(), reader, o)
					wantGenuine(t, d, err)
					if habits = d.Habits; !habits.ShortOnly || reader.met != 2-visit {
						t.Errorf("visit %d: %d extended commands, %+v", visit, reader.met, habits)
					}
				}
			})
		}
	}
}

// TestACardLostOverExtendedLengthIsDoubted: twice is no chance.
func TestACardLostOverExtendedLengthIsDoubted(t *testing.T) {
	habits := emrtd.Habits{}
	for visit := 1; visit <= 3; visit++ {
		card, issuer := newCard(t, canKey(t), 3000, cccdOffer())
		card.quirks.chained = 200
		o := options(t, card, issuer)
		o.Habits = habits
		d, err := emrtd.Read(t.Context(), &shortReader{card: card, says: apdu.ErrCardGone}, o)
		if visit < 3 && !errors.Is(err, apdu.ErrCardGone) {
			t.Errorf("visit %d: %v", visit, err)
		}
		if habits = d.Habits; habits.Doubts != min(visit, 2) {
			t.Errorf("visit %d: %+v", visit, habits)
		}
		if visit == 3 {
			wantGenuine(t, d, err)
		}
	}
}

// TestOtherDataGroups: they are read when the card lists and gives them, and a
// refusal takes nothing from the verdict.
func TestOtherDataGroups(t *testing.T) {
	files := map[int][]byte{3: tlv.Encode(0x63, filler(300)), 11: tlv.Encode(0x6B, filler(600)), 12: tlv.Encode(0x6C, filler(40))}
	for _, c := range []struct {
		name   string
		quirks quirks
		absent int
		want   []int
	}{
		{name: "all but the fingerprints", want: []int{11, 12}},
		{name: "DG11 listed and absent", absent: 11, want: []int{12}},
		{name: "DG11 kept back", quirks: quirks{refuse: map[uint16]apdu.Status{0x010B: apdu.StatusSecurityStatus}}, want: []int{12}},
		{name: "DG11 kept back in the clear", quirks: quirks{refuse: map[uint16]apdu.Status{0x010B: apdu.StatusSecurityStatus}, tooLong: apdu.StatusSecurityStatus, tooLongPlain: true}, want: []int{12}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, issuer := newCard(t, canKey(t), 500, cccdOffer())
			card.quirks = c.quirks
			groups := map[int][]byte{}
			for _, n := range []int{1, 2, 13, 14, 15} {
				groups[n] = card.files[0x0100|uint16(n)]
			}
			for n, b := range files {
				groups[n], card.files[0x0100|uint16(n)] = b, b
			}
			card.files[0x011D] = issuer.sod(t, groups)
			delete(card.files, 0x0100|uint16(c.absent))
			o := options(t, card, issuer)
			o.Groups = []int{12, 11, 11, 3, 7, 1, 99, -1}
			d, err := emrtd.Read(t.Context(), card, o)
			wantGenuine(t, d, err)
			for n := range 17 {
				want := slices.Contains(append([]int{1, 13, 15}, c.want...), n)
				if got := d.DG(n) != nil; got != want {
					t.Errorf("DG%d read: %v", n, got)
				}
			}
			if asked := reads(card, 3); asked != nil {
				t.Error("fingerprints were asked for")
			}
		})
	}
}

func TestWhatAReaderTakes(t *testing.T) {
	for data, want := range map[int]int{-1: 0, 0: 0, 1: 256, 256: 256, 261: 256, 291: 256, 292: 257, 2048: 2013, 65_536: 65_501, 1 << 30: 65_501} {
		if got := emrtd.ChunkFor(data); got != want {
			t.Errorf("%d bytes of data: chunk %d, want %d", data, got, want)
		}
	}
}
