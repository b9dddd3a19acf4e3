package pcsc

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

func TestWhatAReaderCarries(t *testing.T) {
	refused := errors.New("not known")
	const code = 0x42000D5A
	features := slices.Concat([]byte{0x06, 4, 0, 0, 0, 1}, []byte{featureProperties, 4}, binary.BigEndian.AppendUint32(nil, code))
	size := func(n uint32) []byte {
		return slices.Concat([]byte{8, 3, 'f', 'w', '1', propertyMaxData, 4}, binary.LittleEndian.AppendUint32(nil, n))
	}
	for _, c := range []struct {
		name                 string
		features, properties []byte
		want                 capacity
	}{
		{"short form only", features, size(0), capacity{256, true}},
		{"extended", features, size(65536), capacity{65536, false}},
		{"some of it", features, size(1014), capacity{1014, false}},
		{"not allowed, too small", features, size(100), capacity{}},
		{"not allowed, too large", features, size(1 << 31), capacity{}},
		{"no features", nil, nil, capacity{}},
		{"no properties among the features", features[:6], nil, capacity{}},
		{"properties refused", features, nil, capacity{}},
		{"no such property", features, []byte{11, 2, 1, 2}, capacity{}},
		{"cut short", features, size(0)[:8], capacity{}},
		{"not four bytes", features, []byte{propertyMaxData, 2, 1, 2}, capacity{}},
		{"features cut short", features[:9], nil, capacity{}},
		{"no bytes of code", []byte{featureProperties, 0}, nil, capacity{}},
	} {
		got := capacityOf(func(asked uint32, in []byte) ([]byte, error) {
			switch {
			case asked == getFeatures && c.features != nil:
				return c.features, nil
			case asked == code && c.properties != nil:
				return c.properties, nil
			}
			return nil, refused
		})
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestCommandsTooLong(t *testing.T) {
	short, extended := capacity{256, true}, capacity{1000, false}
	for _, c := range []struct {
		name              string
		command           []byte
		atShort, atLonger bool // refused
		suspicious        bool // when the exchange fails
	}{
		{"select", []byte{0, 0xA4, 0, 0x0C, 2, 1, 1}, false, false, false},
		{"read", []byte{0, 0xB0, 0, 0, 0}, false, false, false},
		{"full short command", append([]byte{0, 0xD6, 0, 0, 255}, make([]byte, 256)...), false, false, true},
		{"extended length expected", []byte{0, 0xB0, 0, 0, 0, 4, 0}, true, false, true},
		{"extended command", append([]byte{0, 0xD6, 0, 0, 0, 4, 0}, make([]byte, 1000)...), true, false, true},
		{"extended command, full", append([]byte{0, 0xD6, 0, 0, 0, 8, 0}, make([]byte, 2048)...), true, true, true},
	} {
		if got := short.tooLong(c.command); got != c.atShort {
			t.Errorf("%s at a reader of the short form: refused %v", c.name, got)
		}
		if got := extended.tooLong(c.command); got != c.atLonger {
			t.Errorf("%s at a reader of 1000 bytes: refused %v", c.name, got)
		}
		if got := (capacity{}).tooLong(c.command); got {
			t.Errorf("%s at a reader that tells nothing: refused", c.name)
		}
		if got := long(c.command); got != c.suspicious {
			t.Errorf("%s: long %v", c.name, got)
		}
	}
}

func FuzzProperties(f *testing.F) {
	f.Add([]byte{0x12, 4, 0x42, 0, 0x0D, 0x5A}, []byte{10, 4, 0, 0, 1, 0})
	f.Add([]byte{0x12}, []byte{10, 255, 0})
	f.Fuzz(func(t *testing.T, features, properties []byte) {
		c := capacityOf(func(code uint32, _ []byte) ([]byte, error) {
			if code == getFeatures {
				return features, nil
			}
			return properties, nil
		})
		if c.data != 0 && (c.data < shortData || c.data > extendedData) {
			t.Errorf("capacity %+v", c)
		}
	})
}
