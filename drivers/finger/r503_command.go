package finger

import (
	"encoding/binary"
	"fmt"
	"strings"

	"motcua/drivers"
)

// Instruction codes that the driver sends (manual v1.2.2, chapter V). Those that
// keep fingers in the module's library or search it are not among them: the host
// keeps the templates.
const (
	r503GetImage    byte = 0x01
	r503GenChar     byte = 0x02
	r503Match       byte = 0x03
	r503RegModel    byte = 0x05
	r503UpChar      byte = 0x08
	r503DownChar    byte = 0x09
	r503UpImage     byte = 0x0A
	r503Empty       byte = 0x0D
	r503SetSysPara  byte = 0x0E
	r503ReadSysPara byte = 0x0F
	r503SetPwd      byte = 0x12
	r503VfyPwd      byte = 0x13
	r503GetRandom   byte = 0x14
	r503SetAdder    byte = 0x15
	r503TempleteNum byte = 0x1D
	r503GetImageEx  byte = 0x28
	r503AuraLed     byte = 0x35
	r503CheckSensor byte = 0x36
	r503GetFwVer    byte = 0x3A
	r503ReadProd    byte = 0x3C
	r503SoftRst     byte = 0x3D
)

// Parameters of SetSysPara (manual v1.2.2, page 12).
const (
	r503ParaBaud     byte = 4
	r503ParaSecurity byte = 5
	r503ParaPacket   byte = 6
)

// r503NumberLen is the length of a random number.
const r503NumberLen = 4

// r503Word is an instruction with a 32-bit argument, such as a password.
func r503Word(code byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{code}, v)
}

// r503Parameters is the answer to ReadSysPara (manual v1.2.2, page 13).
type r503Parameters struct {
	Status   uint16
	System   uint16
	Capacity int // templates in the library
	Security int // 1 to 5, 5 is the strictest
	Address  uint32
	Packet   int // bytes in a data packet: 32, 64, 128 or 256
	Baud     int // bits a second
}

const r503ParametersLen = 16

func parseR503Parameters(b []byte) (r503Parameters, error) {
	if len(b) != r503ParametersLen {
		return r503Parameters{}, fmt.Errorf("system parameters of %d bytes: %w", len(b), drivers.ErrProtocol)
	}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	size, n := u16(12), u16(14)
	if size > 3 || n == 0 || n > 12 {
		return r503Parameters{}, fmt.Errorf("system parameters with packet size code %d and baud factor %d: %w", size, n, drivers.ErrProtocol)
	}
	return r503Parameters{
		Status: uint16(u16(0)), System: uint16(u16(2)), Capacity: u16(4), Security: u16(6),
		Address: binary.BigEndian.Uint32(b[8:]), Packet: 32 << size, Baud: 9600 * n,
	}, nil
}

// r503Product is the answer to ReadProdInfo (manual v1.2.2, page 26).
type r503Product struct {
	Model, Batch, Serial, Sensor string
	Hardware                     [2]byte // version
	Width, Height                int     // of a picture, in pixels
	Template                     int     // bytes
	Capacity                     int     // templates in the library
}

const r503ProductLen = 46

func parseR503Product(b []byte) (r503Product, error) {
	if len(b) != r503ProductLen {
		return r503Product{}, fmt.Errorf("product information of %d bytes: %w", len(b), drivers.ErrProtocol)
	}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	p := r503Product{
		Model: plain(b[:16]), Batch: plain(b[16:20]), Serial: plain(b[20:28]), Hardware: [2]byte(b[28:30]), Sensor: plain(b[30:38]),
		Width: u16(38), Height: u16(40), Template: u16(42), Capacity: u16(44),
	}
	if p.Width < 1 || p.Width > maxSide || p.Height < 1 || p.Height > maxSide || p.Template < 1 || p.Template > maxTemplate {
		return r503Product{}, fmt.Errorf("product information with a picture of %dx%d and a template of %d bytes: %w", p.Width, p.Height, p.Template, drivers.ErrProtocol)
	}
	return p, nil
}

const (
	// What modules say of themselves is bounded by these.
	maxSide     = 1024
	maxTemplate = drivers.MaxTemplate
)

// plain is the text in a field that is filled up with zeros or blanks; anything
// but printable ASCII in it is dropped, since it ends up in logs and on screens.
func plain(b []byte) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(b))
	return strings.TrimSpace(text)
}
