package lds

import (
	"bytes"
	"encoding/binary"
)

// FingerRecord is the general header of a finger image record (ISO/IEC
// 19794-4:2005, 7.1). The images are not read here.
type FingerRecord struct {
	Standard          string // "" when the data is of another standard
	Device, Level     int
	Fingers           int
	Scale             byte   // 1: pixels per inch, 2: per centimetre
	Scan, Resolution  [2]int // horizontal, vertical
	Depth, Compressed byte
	Data              []byte // after the header
}

// IrisRecord is the header of an iris image record (ISO/IEC 19794-6:2005, 6.5).
// The images are not read here.
type IrisRecord struct {
	Standard      string // "" when the data is of another standard
	Device        int
	Eyes          int
	Width, Height int // of the raw images, in pixels
	Format        int
	Data          []byte // after the header
}

// Records whose headers are known.
const (
	FingerISO19794 = "ISO/IEC 19794-4:2005"
	IrisISO19794   = "ISO/IEC 19794-6:2005"

	fingerHeaderBytes = 32
	irisHeaderBytes   = 45
)

// ParseDG3 reads the templates of the fingers (Doc 9303 part 10, 4.7.3). A card
// without any holds none.
func ParseDG3(b []byte) ([]Biometric, error) { return biometrics(b, 3, "DG3") }

// ParseDG4 reads the templates of the irises (Doc 9303 part 10, 4.7.4).
func ParseDG4(b []byte) ([]Biometric, error) { return biometrics(b, 4, "DG4") }

func biometrics(b []byte, n int, what string) ([]Biometric, error) {
	inner, err := contents(b, n, what)
	if err != nil {
		return nil, err
	}
	return templates(what, inner)
}

// Finger reads the header of a finger record. Data of another standard gives a
// record that holds nothing but Data.
func (t Biometric) Finger() (FingerRecord, error) {
	b := t.Data
	if !bytes.HasPrefix(b, []byte("FIR\x00010\x00")) {
		return FingerRecord{Data: b}, nil
	}
	if len(b) < fingerHeaderBytes || !lengthFits(b[8:14], len(b)) {
		return FingerRecord{}, malformed("length of the finger record", nil)
	}
	two := func(i int) int { return int(binary.BigEndian.Uint16(b[i:])) }
	return FingerRecord{
		Standard: FingerISO19794, Device: two(14), Level: two(16), Fingers: int(b[18]), Scale: b[19],
		Scan: [2]int{two(20), two(22)}, Resolution: [2]int{two(24), two(26)}, Depth: b[28], Compressed: b[29], Data: b[fingerHeaderBytes:],
	}, nil
}

// Iris reads the header of an iris record. Data of another standard gives a
// record that holds nothing but Data.
func (t Biometric) Iris() (IrisRecord, error) {
	b := t.Data
	if !bytes.HasPrefix(b, []byte("IIR\x00010\x00")) {
		return IrisRecord{Data: b}, nil
	}
	if len(b) < irisHeaderBytes || !lengthFits(b[8:12], len(b)) {
		return IrisRecord{}, malformed("length of the iris record", nil)
	}
	two := func(i int) int { return int(binary.BigEndian.Uint16(b[i:])) }
	return IrisRecord{
		Standard: IrisISO19794, Device: two(12), Eyes: int(b[14]), Format: two(21), Width: two(23), Height: two(25), Data: b[irisHeaderBytes:],
	}, nil
}

// lengthFits tells whether a big-endian length is that of the record.
func lengthFits(told []byte, have int) bool {
	n := uint64(0)
	for _, c := range told {
		n = n<<8 | uint64(c)
	}
	return n == uint64(have)
}
