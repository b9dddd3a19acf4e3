package config

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Auto is the path of a device that is looked for.
const Auto = "auto"

// Devices are those beside the card reader. One whose table is left out is not
// there, and nobody misses it.
type Devices struct {
	CodeReader   *Port  `toml:"code_reader"`
	FingerReader *Port  `toml:"finger_reader"`
	Printer      *Port  `toml:"printer"`
	Board        *Board `toml:"board"`
}

// Port is where a device is plugged in, and what it is.
type Port struct {
	// Path is the device's file, best below /dev/serial/by-id; for a printer also
	// tcp://host:port; or [Auto].
	Path string `toml:"path"`
	// Model is a name that the class's drivers know; empty: they find out.
	Model string `toml:"model"`
	// Baud is the speed of a serial line; 0: the model's own.
	Baud int `toml:"baud"`
}

// Board names the GPIO lines of lamps, buzzer and switches, each as GPIO17 or
// gpiochip0:17; an empty one is not there.
type Board struct {
	LampCard    string `toml:"lamp_card"`
	LampCode    string `toml:"lamp_code"`
	LampFinger  string `toml:"lamp_finger"`
	LampTicket  string `toml:"lamp_ticket"`
	LampStaff   string `toml:"lamp_staff"`
	Buzzer      string `toml:"buzzer"`
	Tamper      string `toml:"tamper"`
	StaffButton string `toml:"staff_button"`
	Presence    string `toml:"presence"`
	PresenceLow bool   `toml:"presence_low"` // the sensor is Low while somebody is near
}

// pin is a key of the board and its line.
type pin struct{ key, line string }

func (b Board) pins() []pin {
	return []pin{
		{"lamp_card", b.LampCard},
		{"lamp_code", b.LampCode},
		{"lamp_finger", b.LampFinger},
		{"lamp_ticket", b.LampTicket},
		{"lamp_staff", b.LampStaff},
		{"buzzer", b.Buzzer},
		{"tamper", b.Tamper},
		{"staff_button", b.StaffButton},
		{"presence", b.Presence},
	}
}

// port is a device's key and where it is plugged in.
type port struct {
	key string
	*Port
}

// ports are those of the devices that are there.
func (d Devices) ports() []port {
	all := []port{{"devices.code_reader", d.CodeReader}, {"devices.finger_reader", d.FingerReader}, {"devices.printer", d.Printer}}
	return slices.DeleteFunc(all, func(p port) bool { return p.Port == nil })
}

// devices checks what is said of them; whether a model exists is for the drivers
// to say.
func (v *checks) devices(d Devices) {
	user := map[string]string{}
	for _, p := range d.ports() {
		v.port(p)
		other, twice := user[p.Path]
		v.that(p.key+".path", !twice || p.Path == Auto, "is that of "+other)
		user[p.Path] = p.key
	}
	if d.Board != nil {
		v.board(*d.Board)
	}
}

// Limits of a serial line's speed: what modules of this kind are set to.
const minBaud, maxBaud = 1200, 921_600

var model = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (v *checks) port(p port) {
	v.present(p.key+".path", p.Path)
	if address, ok := strings.CutPrefix(p.Path, "tcp://"); ok {
		host, number, err := net.SplitHostPort(address)
		v.that(p.key+".path", err == nil && host != "" && number != "", fmt.Sprintf("%q: must be tcp://host:port", p.Path))
		v.that(p.key+".path", p.key == "devices.printer", "only a printer is reached over the network")
		v.that(p.key+".baud", p.Baud == 0, "is of no use over the network")
	}
	v.that(p.key+".model", p.Model == "" || len(p.Model) <= 32 && model.MatchString(p.Model),
		fmt.Sprintf("%q: must be small letters, digits and hyphens", p.Model))
	v.that(p.key+".baud", p.Baud == 0 || p.Baud >= minBaud && p.Baud <= maxBaud,
		fmt.Sprintf("%d: must lie between %d and %d", p.Baud, minBaud, maxBaud))
}

// maxLine is the longest name of a line with its chip's.
const maxLine = 80

func (v *checks) board(b Board) {
	user := map[string]string{}
	for _, p := range b.pins() {
		if p.line == "" {
			continue
		}
		key := "devices.board." + p.key
		v.that(key, len(p.line) <= maxLine && !strings.ContainsFunc(p.line, func(r rune) bool { return r <= ' ' || r > '~' }),
			fmt.Sprintf("%q: must be the name of a GPIO line", p.line))
		other, twice := user[p.line]
		v.that(key, !twice, "is that of "+other)
		user[p.line] = key
	}
	v.that("devices.board", len(user) > 0, "names no line")
	v.that("devices.board.presence_low", !b.PresenceLow || b.Presence != "", "is of no use without devices.board.presence")
}

// resolve makes relative paths of devices relative to dir.
func (d Devices) resolve(dir string) {
	for _, p := range d.ports() {
		if p.Path != Auto && !filepath.IsAbs(p.Path) && !strings.Contains(p.Path, "://") {
			p.Path = filepath.Join(dir, p.Path)
		}
	}
}
