package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"motcua/drivers/printer/ticket"
	"motcua/drivers/uart"
)

// Models of [Open]: what the printer prints on, and whether it prints letters only.
const (
	Model80     = "escpos-80"
	Model58     = "escpos-58"
	Model80Text = "escpos-80-text"
	Model58Text = "escpos-58-text"
)

// serialBaud is what a printer on a serial line is set to unless somebody says
// otherwise.
const serialBaud = 115_200

// Models lists the models, the default first.
func Models() []string { return []string{Model80, Model58, Model80Text, Model58Text} }

// Open reaches a printer by its path: tcp://host:port, a device of the USB printer
// class, or a serial port. Without a model it is [Model80]; baud 0 is 115200. The
// memory lasts from one connection to the next.
//
// Errors: [drivers.ErrDeviceGone] and those of package uart; another model or a
// wrong address is permanent.
func Open(ctx context.Context, path, model string, baud int, memory *Memory) (*Dev, error) {
	model = cmp.Or(model, Model80)
	if !slices.Contains(Models(), model) {
		return nil, fmt.Errorf("printer: there is no model %q", model)
	}
	o := Options{Paper: ticket.Paper80, Text: model == Model80Text || model == Model58Text, Memory: memory}
	if model == Model58 || model == Model58Text {
		o.Paper = ticket.Paper58
	}
	line, err := reach(ctx, path, baud)
	if err != nil {
		return nil, err
	}
	d, err := New(line, o)
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return d, nil
}

// reach opens the line. A serial one has no handshake: no more is sent ahead than
// the printer's buffer takes.
func reach(ctx context.Context, path string, baud int) (*uart.Line, error) {
	if address, ok := strings.CutPrefix(path, "tcp://"); ok {
		return TCP(ctx, address)
	}
	if file, err := filepath.EvalSymlinks(path); err == nil && strings.HasPrefix(filepath.Base(file), "lp") {
		return USB(path)
	}
	return Serial(path, uart.Settings{Baud: cmp.Or(baud, serialBaud)})
}
