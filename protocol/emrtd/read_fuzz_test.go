package emrtd_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

// hostile is a chip that opens as it should and then answers by a script: each
// of its bytes tells what becomes of one answer, some take more bytes of it.
type hostile struct {
	*chip
	script []byte
}

func (h *hostile) take(n int) []byte {
	n = min(n, len(h.script))
	b := h.script[:n]
	h.script = h.script[n:]
	return b
}

func (h *hostile) Transmit(_ context.Context, b []byte) ([]byte, error) {
	cmd, err := apdu.ParseCommand(bytes.Clone(b))
	if err != nil {
		return nil, err
	}
	protected := h.sm != nil && cmd.CLA&0x0C != 0
	if !protected || len(h.script) == 0 || cmd.INS == apdu.InsGetResponse {
		return h.chip.handle(cmd).Bytes(), nil
	}
	op := h.take(1)[0]
	if op >= 0xE0 { // what the chip never protected
		return append(bytes.Clone(h.take(int(op&0x1F))), 0x90, 0x00), nil
	}
	if op >= 0xC0 { // a status in the clear
		h.sm = nil
		return append([]byte{}, 0x60|op&0x0F, op<<4), nil
	}
	return h.behind(cmd, op), nil
}

// behind answers under secure messaging, so that it is believed.
func (h *hostile) behind(cmd apdu.Command, op byte) []byte {
	inner, err := h.sm.UnprotectCommand(cmd)
	if err != nil {
		h.sm = nil
		return apdu.Response{Status: apdu.StatusSMIncorrect}.Bytes()
	}
	h.seen = append(h.seen, inner)
	r := h.application(inner)
	switch {
	case op < 0x40: // as it should be
	case op < 0x60: // data of the script's choice
		r = apdu.Response{Data: bytes.Clone(h.take(int(op&0x1F) * 8)), Status: apdu.StatusOK}
	case op < 0x80: // less
		r.Data = r.Data[:len(r.Data)*int(op&0x1F)/32]
	case op < 0xA0: // a file that claims to be long
		r.Data = append(tlv.AppendHeader(nil, 0x77, 1<<(op&0x1F%21)), make([]byte, 100)...)
	default: // a status
		r = status(apdu.Status(0x6000) | apdu.Status(op&0x0F)<<8 | apdu.Status(len(h.script)&0xFF))
	}
	r.Data = r.Data[:min(len(r.Data), 231)]
	out, err := h.sm.ProtectResponse(r)
	if err != nil {
		return apdu.Response{Status: apdu.StatusExecution}.Bytes()
	}
	return out.Bytes()
}

// FuzzRead lets a chip that knows the key answer as it likes: reading ends, after
// a bounded number of exchanges, with an error of a known kind or a verdict, and
// nothing but the signed data is ever genuine.
func FuzzRead(f *testing.F) {
	card, issuer := newCard(f, mrzKey(f), 600)
	o := options(f, card, issuer)
	o.Photo, o.Groups = true, []int{14, 11}
	honest, err := emrtd.Read(f.Context(), card, o)
	wantGenuine(f, honest, err)
	for _, seed := range [][]byte{
		{},
		{0},
		{0xC7},
		{0xE5, 1, 2, 3, 4, 5},
		{0, 0, 0x41, 0x77, 0x82, 0x10, 0x00, 1, 2, 3, 4},
		{0x94},
		{0x93, 0x60, 0x60, 0x60},
		bytes.Repeat([]byte{0x61}, 64), bytes.Repeat([]byte{0xA7}, 20), bytes.Repeat([]byte{0, 0xC7}, 10), bytes.Repeat([]byte{0x47}, 200),
		append([]byte{0, 0, 0, 0, 0, 0, 0, 0}, bytes.Repeat([]byte{0xAC, 0x70, 0}, 30)...),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 4096 {
			return
		}
		c := *card
		c.t, c.sm, c.inApp, c.current, c.seen = t, nil, false, nil, nil
		c.sign = sign9796(t, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256})
		d, err := emrtd.Read(t.Context(), &hostile{chip: &c, script: script}, o)
		known := err == nil
		for _, kind := range []error{emrtd.ErrProtocol, emrtd.ErrUnsupported, emrtd.ErrWrongKey, apdu.ErrCardGone} {
			known = known || errors.Is(err, kind)
		}
		if _, told := errors.AsType[*apdu.StatusError](err); !known && !told {
			t.Fatalf("an error of no kind: %v", err)
		}
		if d.Stats.APDUs > 8*(len(script)+honest.Stats.APDUs) {
			t.Fatalf("%d exchanges", d.Stats.APDUs)
		}
		if d.Trust.Verdict != emrtd.Genuine {
			return
		}
		for n, b := range d.Groups {
			if !bytes.Equal(b, honest.Groups[n]) {
				t.Fatalf("DG%d was altered and is genuine", n)
			}
		}
	})
}
