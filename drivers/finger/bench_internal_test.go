package finger

import (
	"bytes"
	"testing"

	"motcua/drivers/drivertest"
)

// BenchmarkBudget holds every codec to its speed and its allocations, with answers
// and with data as long as modules say them.
func BenchmarkBudget(b *testing.B) {
	data := bytes.Repeat([]byte{0xA5}, 128)
	r503 := func(kind byte, content []byte) []byte {
		return r503Packet{Address: 0xFFFFFFFF, Kind: kind, Content: content}.append(nil)
	}
	drivertest.BenchFrames(b, "finger", []drivertest.Frames{
		{Name: "r503-answer", Frame: r503(r503Ack, []byte{0}), Decode: splitting(splitR503), Ratio: 0.03},
		{Name: "r503-data", Frame: r503(r503Data, data), Decode: splitting(splitR503), Ratio: 0.3},
		{Name: "gt521-answer", Frame: gt521Packet{0, gt521Ack}.append(nil), Decode: splitting(splitGT521), Ratio: 0.02},
		{Name: "gt521-data", Frame: appendGT521Data(nil, make([]byte, 498)), Decode: checking(checkGT521), Ratio: 0.3},
		{Name: "waveshare-answer", Frame: wsPacket{Command: wsSerial}.append(nil), Decode: splitting(splitWS), Ratio: 0.2},
		{Name: "waveshare-data", Frame: appendWSData(nil, make([]byte, 196)), Decode: checking(checkWSData), Ratio: 0.3},
	})
}

func splitting(split func([]byte, bool) (int, []byte, error)) func([]byte) int {
	return func(b []byte) int {
		n, frame, err := split(b, false)
		if frame == nil || err != nil {
			return 0
		}
		return n
	}
}

func checking(check func([]byte) error) func([]byte) int {
	return func(b []byte) int {
		if check(b) != nil {
			return 0
		}
		return len(b)
	}
}
