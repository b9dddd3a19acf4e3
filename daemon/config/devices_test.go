package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"motcua/daemon/config"
)

const devices = `
[devices.code_reader]
path = "auto"
[devices.finger_reader]
path = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"
model = "r503"
baud = 57600
[devices.printer]
path = "emulated/printer"
model = "escpos-80"
[devices.board]
lamp_card = "GPIO17"
lamp_staff = "gpiochip0:18"
tamper = "pcf8574:20:TAMPER"
presence = "PIR"
presence_low = true
`

func TestDevices(t *testing.T) {
	name := write(t, good+devices)
	c, err := config.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Devices
	if d.CodeReader.Path != config.Auto || d.FingerReader.Baud != 57600 || d.Board.Tamper != "pcf8574:20:TAMPER" || !d.Board.PresenceLow {
		t.Errorf("%+v %+v %+v", d.CodeReader, d.FingerReader, d.Board)
	}
	if want := filepath.Join(filepath.Dir(name), "emulated/printer"); d.Printer.Path != want {
		t.Errorf("a relative path became %s", d.Printer.Path)
	}
	c, err = config.Load(write(t, good))
	if err != nil || c.Devices != (config.Devices{}) {
		t.Errorf("without devices: %+v, %v", c.Devices, err)
	}
}

func TestWrongDevices(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"[devices.code_reader]", "devices.code_reader.path"},
		{"[devices.code_reader]\npath = \"auto\"\nspeed = 9600", "devices.code_reader.speed"},
		{"[devices.scanner]\npath = \"auto\"", "devices.scanner devices.scanner.path"},
		{"[devices.code_reader]\npath = \"auto\"\nmodel = \"GM 65\"\nbaud = 300", "devices.code_reader.model devices.code_reader.baud"},
		{"[devices.code_reader]\npath = \"tcp://10.0.0.9:9100\"", "devices.code_reader.path"},
		{"[devices.printer]\npath = \"tcp://10.0.0.9:9100\"", ""},
		{"[devices.printer]\npath = \"tcp://10.0.0.9\"\nbaud = 9600", "devices.printer.path devices.printer.baud"},
		{"[devices.code_reader]\npath = \"/dev/ttyS1\"\n[devices.printer]\npath = \"/dev/ttyS1\"", "devices.printer.path"},
		{"[devices.code_reader]\npath = \"auto\"\n[devices.printer]\npath = \"auto\"", ""},
		{"[devices.board]", "devices.board"},
		{"[devices.board]\nlamp_card = \"GPIO 17\"", "devices.board.lamp_card"},
		{"[devices.board]\nlamp_card = \"A\"\nbuzzer = \"A\"", "devices.board.buzzer"},
		{"[devices.board]\nlamp_card = \"A\"\npresence_low = true", "devices.board.presence_low"},
	} {
		_, problems := config.Parse([]byte(good + tt.text))
		var keys []string
		for _, p := range problems {
			keys = append(keys, p.Key)
		}
		if got := strings.Join(keys, " "); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, got, tt.want)
		}
	}
}
