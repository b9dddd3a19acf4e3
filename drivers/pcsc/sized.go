package pcsc

import "encoding/binary"

// How a reader is asked what it carries (PC/SC part 10, 2.2 and 2.6; reader.h).
const (
	getFeatures       = 0x42000000 + 3400
	featureProperties = 0x12 // FEATURE_GET_TLV_PROPERTIES
	propertyMaxData   = 10   // dwMaxAPDUDataSize
)

// Data in one exchange: of the short form, and of the extended one.
const (
	shortData    = 256
	extendedData = 65536
)

// headerSize is the shortest command: CLA INS P1 P2.
const headerSize = 4

// capacity is what a reader and its driver say they carry.
type capacity struct {
	data      int // bytes in a command or an answer; 0 when they do not say
	shortOnly bool
}

// control asks the reader's driver something, by a number it knows.
type control func(code uint32, in []byte) ([]byte, error)

// capacityOf asks for dwMaxAPDUDataSize. A driver that does not know the question
// has no answer, which is no error.
func capacityOf(ask control) capacity {
	features, err := ask(getFeatures, nil)
	if err != nil {
		return capacity{}
	}
	code, ok := record(features, featureProperties)
	if !ok || len(code) != 4 {
		return capacity{}
	}
	properties, err := ask(binary.BigEndian.Uint32(code), nil)
	if err != nil {
		return capacity{}
	}
	size, ok := record(properties, propertyMaxData)
	if !ok || len(size) != 4 {
		return capacity{}
	}
	return capacityFrom(binary.LittleEndian.Uint32(size))
}

// capacityFrom reads the property's value (PC/SC part 10, 2.6.14): 0 is a reader of
// the short form, and what lies between and above is not allowed.
func capacityFrom(size uint32) capacity {
	switch {
	case size == 0:
		return capacity{data: shortData, shortOnly: true}
	case size >= shortData && size <= extendedData:
		return capacity{data: int(size)}
	}
	return capacity{}
}

// record finds a value in a list of one byte tag, one byte length, value.
func record(list []byte, tag byte) ([]byte, bool) {
	for len(list) >= 2 && len(list) >= 2+int(list[1]) {
		value := list[2 : 2+int(list[1])]
		if list[0] == tag {
			return value, true
		}
		list = list[2+len(value):]
	}
	return nil, false
}

// tooLong tells whether the reader says that it does not carry a command.
func (c capacity) tooLong(command []byte) bool {
	const overhead = headerSize + 3 + 2 // extended Lc and Le
	return c.shortOnly && extended(command) || c.data > 0 && len(command) > overhead+c.data
}

// extended tells whether a command has the extended form (ISO/IEC 7816-4, 5.2).
func extended(command []byte) bool {
	return len(command) >= headerSize+3 && command[headerSize] == 0
}

// long tells whether a command is one that some readers refuse though they say
// nothing, or the contrary: one that is more than 255 bytes, which is where the
// least of them stop (acsccid issue 42; CCID issue 27: 261), or extended.
func long(command []byte) bool {
	return len(command) > 255 || extended(command)
}
