package request_test

import (
	"bytes"
	"testing"

	"motcua/protocol/request"
)

// fuzzDecoder: whatever decodes is valid and encodes to the bytes it came from.
func fuzzDecoder[T interface{ Validate() error }](f *testing.F, decode func([]byte) (T, error), seed T) {
	b, err := request.Encode(seed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)-1])
	f.Add(append(bytes.Clone(b), 0))
	f.Add([]byte{0xa0})
	f.Add([]byte{0xbf, 0xff})
	f.Add([]byte{0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := decode(b)
		if err != nil {
			return
		}
		if err := v.Validate(); err != nil {
			t.Fatalf("decoded, but %v", err)
		}
		again, err := request.Encode(v)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("decoded from %x, encodes to %x (%v)", b, again, err)
		}
	})
}

func FuzzOuter(f *testing.F)   { fuzzDecoder(f, request.DecodeOuter, sampleOuter()) }
func FuzzInner(f *testing.F)   { fuzzDecoder(f, request.DecodeInner, sampleInner(f)) }
func FuzzOpening(f *testing.F) { fuzzDecoder(f, request.DecodeOpening, sampleOpening()) }
func FuzzCheckIn(f *testing.F) { fuzzDecoder(f, request.DecodeCheckIn, sampleCheckIn()) }
func FuzzReceipt(f *testing.F) { fuzzDecoder(f, request.DecodeReceipt, sampleReceipt()) }
func FuzzResult(f *testing.F)  { fuzzDecoder(f, request.DecodeResult, sampleResult()) }
func FuzzAnswer(f *testing.F)  { fuzzDecoder(f, request.DecodeAnswer, sampleAnswer()) }
func FuzzCardValidity(f *testing.F) {
	fuzzDecoder(f, request.DecodeCardValidity, request.CardValidity{LookupBy: request.LookupNumber})
}

func FuzzGenericForm(f *testing.F) { fuzzDecoder(f, request.DecodeGenericForm, sampleForm()) }

func FuzzHello(f *testing.F)      { fuzzDecoder(f, request.DecodeHello, sampleHello()) }
func FuzzWelcome(f *testing.F)    { fuzzDecoder(f, request.DecodeWelcome, sampleWelcome()) }
func FuzzCheckpoint(f *testing.F) { fuzzDecoder(f, request.DecodeCheckpoint, sampleCheckpoint()) }
func FuzzRevocation(f *testing.F) { fuzzDecoder(f, request.DecodeRevocation, sampleRevocation()) }
func FuzzExport(f *testing.F)     { fuzzDecoder(f, request.DecodeExport, sampleExport()) }
func FuzzCheckpoints(f *testing.F) {
	fuzzDecoder(f, request.DecodeCheckpoints, sampleCheckpoints())
}
